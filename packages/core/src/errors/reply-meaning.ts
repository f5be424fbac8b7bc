import { isNotNow } from './not-now.ts';

/** What a reply of the token endpoint means for the stored tokens. */
export type ReplyMeaning =
  /** The grant itself was refused. Final, if it was the refresh token of the session. */
  | 'grant'
  /** A person or an administrator must act; the refresh token may work again. */
  | 'interaction'
  /** The client is set up wrongly; the tokens are fine. */
  | 'configuration'
  /** Not now. */
  | 'later'
  /** The reply was lost, or the server failed in the midst of it: it may have rotated. */
  | 'ambiguous'
  /** The proof lacks the nonce that this reply brought. The refresh token was not looked at: one more try may pass. */
  | 'nonce';

/** What the codes of RFC 6749, OpenID Connect and related specifications mean. All others say less than the status. */
const CODES: Readonly<Record<Exclude<ReplyMeaning, 'ambiguous'>, readonly string[]>> = {
  grant: ['invalid_grant'],
  interaction: ['interaction_required', 'login_required', 'consent_required', 'mfa_required'],
  configuration: [
    'invalid_client',
    'unauthorized_client',
    'unsupported_grant_type',
    'invalid_scope',
    'invalid_target',
    'invalid_request',
    'invalid_dpop_proof',
    'access_denied',
  ],
  nonce: ['use_dpop_nonce'],
  later: ['temporarily_unavailable', 'slow_down'],
};

function knownMeaning(code: string): ReplyMeaning | undefined {
  return (Object.keys(CODES) as (keyof typeof CODES)[]).find((kind) => CODES[kind].includes(code));
}

/** What is known of a reply that brought no tokens. */
interface Reply {
  readonly code: string;
  readonly status: number | undefined;
  readonly passes: boolean;
  readonly retryable: boolean;
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export function meaningOf({ code, status = 0, passes, retryable }: Reply): ReplyMeaning {
  if (isNotNow(status)) return 'later';
  if (status >= 300 && status < 400) return 'configuration';
  const known = knownMeaning(code);
  if (known) return known === 'grant' && passes ? 'interaction' : known;
  // It was answered, so it was not lost; and what was answered so will be answered so again.
  if (!retryable) return status === 0 && code !== 'invalid_response' ? 'ambiguous' : 'configuration';
  return status === 0 || status >= 500 || code === 'network' ? 'ambiguous' : 'later';
}
