/**
 * Whether a sentence says that the refresh token is dead. It is asked only where a server uses a code that says less
 * (`invalid_request`, `unauthorized_client`, `invalid_token`) or none, with a status that refuses: see `oauth2-reply.ts`.
 *
 * oauth2-server of the PHP League up to version 8, and what was made after it (jmondi, OpenEMR), answer `invalid_request`
 * with "The refresh token is invalid." or "Token has been revoked"; Authlib `Invalid "refresh_token" in request.`
 * @see https://github.com/thephpleague/oauth2-server/pull/1042
 * @see https://github.com/openemr/openemr/issues/13613
 * @see https://github.com/authlib/authlib/issues/112
 */
export function saysDeadRefreshToken(sentence: string): boolean {
  const text = sentence.slice(0, LONGEST_SENTENCE).toLowerCase();
  // "A required parameter "refresh_token" is missing" speaks of the request.
  if (/\b(missing|required)\b/.test(text) && !/\bor (invalid|unknown|expired|revoked)\b/.test(text))
    return false;
  return SENTENCES.some((pattern) => pattern.test(text));
}

const LONGEST_SENTENCE = 500;

const TOKEN = /* @__PURE__ */ String.raw`["'\`]?refresh[ _-]?token["'\`]?`;
const DEAD =
  '(?:invalid|expired|revoked|unknown|inactive|not valid|no longer valid|not active|not found|already (?:been )?used|used|consumed|reused)';

const SENTENCES: readonly RegExp[] = /* @__PURE__ */ (() => [
  new RegExp(String.raw`\b${DEAD}(?: or ${DEAD})*,? ${TOKEN}`),
  new RegExp(
    `${TOKEN} (?:provided )?(?:is |was |has been |has |have |does )?(?:either )?(?:already )?(?:${DEAD}|not exist|expire)`,
  ),
  new RegExp(String.raw`${TOKEN} \(?[^.]{0,20}\)?(?:is|was|has|has been) ${DEAD}`),
  /^(?:the )?token (?:has been|has|is|was) (?:revoked|expired)\b/,
  /cannot decrypt the refresh token/,
])();
