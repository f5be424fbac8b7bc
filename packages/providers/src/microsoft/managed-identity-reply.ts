import { TokenEndpointError } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import { isJsonObject, type JsonObject } from '../wire/json-object.ts';
import { secondsOf } from '../wire/lives.ts';
import { membersIn } from '../wire/reply-content.ts';
import { type ReplyRules, type TokenReply, textOf } from '../wire/token-reply.ts';
import { tokensOf } from '../wire/tokens-of.ts';
import { type IdentityChoice, type ManagedIdentitySource, NO_IDENTITY } from './managed-identity-source.ts';

const HOUR_MS = 60 * 60_000;
const LONGEST_LIFE_MS = 366 * 24 * 60 * 60_000;

/**
 * The token of a reply. `expires_on` goes before `expires_in`, which counts from when the token was issued, and these endpoints
 * hand out the same token for hours. A token of more than two hours wants to be renewed at half its life, as Azure advises.
 * @throws {TokenEndpointError} the refusal in the reply; `invalid_response` if the token is another identity's
 */
export function managedIdentityTokens(
  reply: TokenReply,
  source: ManagedIdentitySource,
  identity: IdentityChoice,
): TokenSet {
  const body = reply.status < 400 ? reply.body : oauthError(reply);
  // No one signs in here: whatever comes beside the access token is not for us.
  const { accessToken, tokenType, expiresAt, serverDate } = tokensOf(
    { ...reply, body, content: body },
    RULES,
  );
  if (source.kind === 'arc') confirm(reply.body ?? {}, identity);
  const end = endOf(reply) ?? expiresAt;
  const leftMs = (end ?? 0) - reply.receivedAt;
  return {
    ...(accessToken !== undefined && { accessToken }),
    ...(tokenType !== undefined && { tokenType }),
    ...(end !== undefined && { expiresAt: end }),
    ...(leftMs > 2 * HOUR_MS && { renewAt: reply.receivedAt + Math.floor(leftMs / 2) }),
    ...(serverDate !== undefined && { serverDate }),
  };
}

/**
 * A 404 or a 410 where no token ever came from. IMDS says both while it is being updated, for a minute or more, and whatever else
 * is at that address says the first: a caller who waits here would wait in vain.
 * @throws {TokenEndpointError} `invalid_request`; whether it may pass is told by who answered
 */
export function requireEndpointThere({ status, body, retryAfterMs, headers }: TokenReply): void {
  if (status !== 404 && status !== 410) return;
  const isAzure = status === 410 || body !== undefined || /^imds\b/i.test(headers.get('server') ?? '');
  const description = isAzure
    ? `${NO_IDENTITY}; the same is said for a minute or two while the endpoint is being updated`
    : `${NO_IDENTITY}: what answers there is something else`;
  throw new TokenEndpointError({
    code: 'invalid_request',
    status,
    retryable: isAzure,
    retryAfterMs,
    description,
  });
}

const RULES: ReplyRules = {
  wordsOf({ content }) {
    const body = membersIn(content);
    const code = textOf(body?.error);
    return code === undefined ? undefined : { code, sentence: textOf(body?.error_description) };
  },
  userOf: () => undefined,
};

/** App Service and Arc have errors of their own shapes, and IMDS has pages. */
function oauthError({ body = {}, status }: TokenReply): JsonObject {
  const { error, message, error_description: words } = body;
  const inner = isJsonObject(error) ? error : {};
  const named = textOf(error) ?? textOf(inner['code']);
  const description = textOf(words) ?? textOf(message) ?? textOf(inner['message']);
  const code = isBusy(status) ? 'temporarily_unavailable' : (named ?? 'invalid_request');
  const none = /^identity not found$/i.test(description ?? '') ? ASSIGN : undefined;
  const said = [code === named ? undefined : named, description, none].filter((part) => part !== undefined);
  return { error: code, error_description: said.join(': ') || undefined };
}

const ASSIGN = 'this machine has no such managed identity, so assign one to it, or name another one';

/** IMDS says 404 and 410 while it is being updated. */
const isBusy = (status: number) => [404, 410, 429].includes(status) || status >= 500;

/** Seconds since the epoch, or an ISO date, if it lies ahead. */
function endOf({ body, receivedAt }: TokenReply): number | undefined {
  const on = body?.['expires_on'];
  const seconds = secondsOf(on, Number.MAX_SAFE_INTEGER);
  const isDate = typeof on === 'string' && /^\d{4}-\d\d-\d\dT/.test(on);
  const end = seconds === undefined ? (isDate ? Date.parse(on) : Number.NaN) : seconds * 1000;
  return end > receivedAt && end < receivedAt + LONGEST_LIFE_MS ? end : undefined;
}

/** Older agents of Azure Arc overlook which identity is asked for, and answer for the machine's own. */
function confirm(body: JsonObject, { clientId, objectId, resourceId }: IdentityChoice): void {
  const pairs = [
    [clientId, body['client_id']],
    [objectId, body['object_id']],
    [resourceId, body['msi_res_id'] ?? body['mi_res_id']],
  ] as const;
  const differs = ([wanted, got]: (typeof pairs)[number]) =>
    wanted !== undefined && textOf(got)?.toLowerCase() !== wanted.toLowerCase();
  if (!pairs.some(differs)) return;
  const description =
    'the agent of Azure Arc did not confirm that it used the identity that was asked for; update the agent, or ask for no particular identity';
  throw new TokenEndpointError({ code: 'invalid_response', description });
}
