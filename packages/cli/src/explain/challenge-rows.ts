import { askedClaims, challengeParameter, type Refusal } from './refusal.ts';
import type { RefusalRow } from './refusal-row.ts';

const CAE = 'https://learn.microsoft.com/entra/identity-platform/app-resilience-continuous-access-evaluation';

/** What the challenge asks for, in the words of the RFCs. */
export const CHALLENGE_ROWS: readonly RefusalRow[] = [
  {
    name: 'dpop_nonce',
    applies: hasError('use_dpop_nonce'),
    meaning: 'The API wants its own nonce in the DPoP proof. The token is good.',
    remedy:
      'Nothing, if the next request was answered. A client that makes proofs itself puts the DPoP-Nonce of this answer into the next one.',
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-9',
  },
  {
    name: 'dpop_proof',
    applies: hasError('invalid_dpop_proof'),
    meaning: 'The DPoP proof that was sent beside the token was not accepted.',
    remedy:
      'Compare the clock of this machine (everbearer doctor), and whether a proxy changes method or address on the way: the proof is about both.',
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-7.1',
  },
  {
    name: 'claims_context',
    applies: (refusal) => asks(refusal, 'acrs'),
    meaning:
      'The API wants the person to sign in in a stronger way (an authentication context) before it does this.',
    remedy:
      'A renewal does not bring that: the person signs in with these claims. On the command line: everbearer login',
    source:
      'https://learn.microsoft.com/entra/identity-platform/developer-guide-conditional-access-authentication-context',
  },
  {
    name: 'claims_revoked',
    applies: (refusal) => asks(refusal, 'nbf'),
    meaning:
      'Tokens from before a moment are no longer taken: a password was changed, the sessions were revoked, or the user was disabled (continuous access evaluation).',
    remedy:
      'everbearer renews with these claims by itself. If that is refused, the person signs in again: everbearer login',
    source: CAE,
  },
  {
    name: 'claims_address',
    applies: (refusal) => asks(refusal, 'xms_rp_ipaddr'),
    meaning:
      'The request reaches the API from another network address than it reached the authorization server from, and a policy forbids that.',
    remedy:
      'everbearer renews with these claims by itself. If it comes back: do both leave by the same proxy? An administrator can add the address to the named locations.',
    source: CAE,
  },
  {
    name: 'claims',
    applies: (refusal) => hasError('insufficient_claims')(refusal) || askedClaims(refusal) !== undefined,
    meaning: 'The API wants a token with more claims than this one has.',
    remedy:
      'everbearer renews with these claims by itself. If that is refused, a person must sign in: everbearer login',
    source: CAE,
  },
  {
    name: 'user_authentication',
    applies: hasError('insufficient_user_authentication'),
    meaning: (refusal) =>
      `The sign-in of the person is too old or not strong enough for this${wanted(refusal, ['acr_values', 'max_age'])}.`,
    remedy:
      'A renewal does not bring that. The person signs in again with what is asked for; the event step_up_required has it as data.',
    source: 'https://www.rfc-editor.org/rfc/rfc9470#section-3',
  },
  {
    name: 'scope',
    applies: hasError('insufficient_scope'),
    meaning: (refusal) => `The token lacks a scope${wanted(refusal, ['scope'])}.`,
    remedy:
      'Add the scope to the set-up, have it consented to (at Entra perhaps by an administrator), and sign in again: everbearer login',
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-3.1',
  },
  {
    name: 'invalid_request',
    applies: hasError('invalid_request'),
    meaning:
      'The API could not read the request as one with a token: a header is there twice, or the token stands in two places.',
    remedy:
      'Look for a second place that sets the token: another Authorization header, or access_token in the address or body.',
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-3.1',
  },
];

/** What comes last, since other rows know more. */
export const INVALID_TOKEN_ROWS: readonly RefusalRow[] = [
  {
    name: 'invalid_token',
    applies: hasError('invalid_token'),
    meaning: ({ tokenLifeMs }) =>
      tokenLifeMs !== undefined && tokenLifeMs > 0
        ? 'The API does not accept the token, although it had not ended: it was revoked or replaced, is for another API, or a clock is wrong.'
        : 'The API does not accept the token: it has ended, was revoked, is for another API, or is damaged.',
    remedy: ({ headerFrom }) =>
      headerFrom === 'program'
        ? 'The program gives the token itself. Compare where it has it from, or send through createAuthFetch() or bearerAuth(), which renew it.'
        : 'everbearer renews it and sends the request again. If that is refused as well, compare audience and scopes with what the API wants.',
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-3.1',
  },
  {
    name: 'bare_challenge',
    applies: ({ status, headerFrom, challenges, code }) =>
      status === 401 &&
      headerFrom === undefined &&
      code === undefined &&
      challenges.length > 0 &&
      !challenges.some(({ params }) => params['error']),
    meaning: 'A challenge without an error: most often the request bore no token at all.',
    remedy: 'Look at what was sent: curl -v, or everbearer trace -- node app.js',
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-3.1',
  },
  {
    name: 'forbidden',
    applies: ({ status }) => status === 403,
    meaning: 'The API knows who asks, and does not allow it.',
    remedy:
      'Another token of the same kind does not help. Which scope, role or permission does the API want for this call?',
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.5.4',
  },
  {
    name: 'unexplained',
    applies: ({ status }) => status === 401,
    meaning: 'The API does not say why.',
    remedy:
      'Try the token by itself: everbearer request GET URL --include. Is it for this API (audience), and does it have the scopes?',
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2',
  },
];

function hasError(error: string): (refusal: Refusal) => boolean {
  return (refusal) => challengeErrors(refusal).includes(error) || refusal.code === error;
}

function challengeErrors({ challenges }: Refusal): (string | undefined)[] {
  return challenges.map(({ params }) => params['error']);
}

function asks(refusal: Refusal, claim: string): boolean {
  return Object.hasOwn(askedClaims(refusal) ?? {}, claim);
}

function wanted(refusal: Refusal, names: readonly string[]): string {
  const values = names
    .map((name) => [name, challengeParameter(refusal, name)])
    .filter(([, value]) => value)
    .map(([name, value]) => `${name} ${value}`);
  return values.length > 0 ? ` (wanted: ${values.join(', ')})` : '';
}
