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
  /** The reply was lost or made no sense: the server may have rotated. */
  | 'ambiguous'
  /** The proof lacks the nonce that this reply brought. The refresh token was not looked at: one more try may pass. */
  | 'nonce';

/** What the codes of RFC 6749, OpenID Connect and related specifications mean. */
const CODES: Readonly<Record<ReplyMeaning, readonly string[]>> = {
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
  ambiguous: ['server_error', 'network', 'timeout', 'invalid_response'],
};

function knownMeaning(code: string): ReplyMeaning | undefined {
  return (Object.keys(CODES) as (keyof typeof CODES)[]).find((kind) => CODES[kind].includes(code));
}

/** What is known of a reply that brought no tokens. */
interface Reply {
  readonly code: string;
  readonly status: number | undefined;
  readonly passes: boolean;
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export function meaningOf({ code, status = 0, passes }: Reply): ReplyMeaning {
  if (status === 429 || status === 503) return 'later';
  if (status >= 300 && status < 400) return 'configuration';
  const known = knownMeaning(code);
  if (known === 'grant' && passes) return 'interaction';
  if (known && known !== 'ambiguous') return known;
  if (status === 401 || status === 403) return 'configuration';
  return known || status < 400 || status >= 500 ? 'ambiguous' : 'configuration';
}
