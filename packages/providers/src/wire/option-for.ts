import type { RefusalWords } from './token-reply.ts';

/** Which option a refusal speaks of, where its code or its sentence tells; in words that follow the server's own. */
export function optionFor({ code, sentence = '' }: RefusalWords, isProved: boolean): string | undefined {
  if (!isProved && PROOF_CODES.has(code)) return PROOF_WANTED;
  const row = ROWS.find(({ codes, says }) => codes?.test(code) || says?.test(sentence.slice(0, LONGEST)));
  return row?.option;
}

/** @see https://www.rfc-editor.org/rfc/rfc9449#section-12.2 */
const PROOF_CODES: ReadonlySet<string> = new Set(['invalid_dpop_proof', 'use_dpop_nonce']);

const PROOF_WANTED = 'the server wants a proof of possession (DPoP) with each request, see `dpop: true`';

const LONGEST = 500;

interface Row {
  codes?: RegExp;
  says?: RegExp;
  option: string;
}

const ROWS: readonly Row[] = [
  {
    codes: /^(redirect_uri_mismatch|invalid_redirect_uri|bad_redirect_uri)$/,
    says: /\bredirect[_ ]ur[il]\b/i,
    option: '`redirectUri` must be what is registered at the server, letter for letter',
  },
  { codes: /^unsupported_grant_type$/, option: 'see `grant`, and which grants the client may use' },
  { codes: /^invalid_target$/, option: 'see `resource` and `audience` in `tokenParameters`' },
  {
    says: /\bclient[_ ]secret\b.{0,40}\b(missing|required)\b|\b(missing|required)\b.{0,40}\bclient[_ ]secret\b/i,
    option: 'see `clientAuthentication`',
  },
];
