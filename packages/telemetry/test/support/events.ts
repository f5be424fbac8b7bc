import { type AuthEvent, TokenEndpointError } from '@everbearer/core';

/** An event of account `ops` at provider `p`, unless told. */
export function event<Type extends AuthEvent['type']>(
  type: Type,
  more: Omit<Extract<AuthEvent, { type: Type }>, 'type' | 'account' | 'provider'> &
    Partial<Pick<AuthEvent, 'account' | 'provider'>>,
): AuthEvent {
  return { account: 'ops', provider: 'p', type, ...more } as AuthEvent;
}

export const refused: TokenEndpointError = new TokenEndpointError({ code: 'invalid_client', status: 401 });

/** One of each type. */
export const ONE_OF_EACH: readonly AuthEvent[] = [
  event('renewal_started', { renewalId: '1', reason: 'expired' }),
  event('renewed', { renewalId: '1', durationMs: 120, rotated: true, fingerprint: '01234567' }),
  event('renewal_started', { renewalId: '2', reason: 'forced' }),
  event('renewal_failed', { renewalId: '2', error: refused }),
  event('adopted', { fingerprint: '01234567' }),
  event('lease_waited', { waitedMs: 1500 }),
  event('lease_taken_over', {}),
  event('unsaved', { error: undefined }),
  event('saved_late', { afterMs: 90_000 }),
  event('reauthorization_required', { reason: 'revoked' }),
  event('repaired', {}),
  event('signed_in', {}),
  event('signed_out', {}),
  event('warning', { code: 'not_durable', message: 'A restart loses the tokens.' }),
  event('replayed', { method: 'get', origin: 'https://api.example' }),
  event('rejected', { origin: 'https://api.example:8443' }),
  event('not_sent', { origin: 'https://elsewhere.example', reason: 'origin_not_allowed' }),
  event('step_up_required', {
    origin: 'http://[::1]:80',
    reason: 'insufficient_scope',
    scopes: ['Mail.Send'],
  }),
];
