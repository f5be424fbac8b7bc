import type { TokenUser } from '@everbearer/core/contract';
import { accountOf, decodedObject, idTokenClaims } from '../wire/id-token.ts';
import { type ReplyRules, textOf } from '../wire/token-reply.ts';

/** With these, `invalid_grant` means that a person must act, while the refresh token may work again. */
const INTERACTION_SUBERRORS: ReadonlySet<string> = new Set([
  'message_only',
  'basic_action',
  'additional_action',
  'consent_required',
  'user_password_expired',
]);

/** Entra's names for what RFC 8628 calls otherwise. */
const DEVICE_CODE_NAMES: Readonly<Record<string, string>> = {
  authorization_declined: 'access_denied',
  code_expired: 'expired_token',
};

/**
 * How Entra's replies differ. Every `invalid_grant` without one of those suberrors stays what it is: the numbers
 * in its description are not to be relied on.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export const ENTRA_REPLIES: ReplyRules = { codeOf: entraCode, accountOf: entraAccount };

function entraCode(error: string, body: Readonly<Record<string, unknown>>): string {
  const suberror = textOf(body.suberror);
  if (error === 'invalid_grant' && suberror && INTERACTION_SUBERRORS.has(suberror))
    return 'interaction_required';
  return Object.hasOwn(DEVICE_CODE_NAMES, error) ? (DEVICE_CODE_NAMES[error] as string) : error;
}

/** `oid` is one person in every application of a tenant; `sub` differs from application to application. */
function entraAccount(body: Readonly<Record<string, unknown>>): TokenUser | undefined {
  const claims = idTokenClaims(body.id_token);
  if (claims) return accountOf(claims.oid ?? claims.sub, claims.preferred_username, claims.tid);
  const clientInfo = textOf(body.client_info);
  const named = clientInfo === undefined ? undefined : decodedObject(clientInfo);
  return named && accountOf(named.uid, undefined, named.utid);
}
