import { bearerChallenge } from './challenge.ts';
import type { StepUp } from './events.ts';
import { originForMessage } from './origins.ts';

/** What a refused response means for the token that its request bore. */
export type ServerVerdict =
  /** Another token may do; `claims` is what the server wants in it. */
  | { kind: 'renew'; claims: string | undefined }
  /** A redirect led to another server, which has not seen the token. */
  | { kind: 'elsewhere' }
  /** No renewal can help. */
  | { kind: 'insufficient_scope' | 'insufficient_user_authentication'; needed: StepUp };

/**
 * Reads the refusal of a request to `url` that bore `token`.
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 * @see https://www.rfc-editor.org/rfc/rfc9470#section-3
 */
export function serverVerdict(response: Response, url: string, token: string): ServerVerdict {
  if (response.redirected && originForMessage(response.url) !== originForMessage(url))
    return { kind: 'elsewhere' };
  const { error, scopes, acrValues, maxAge, claims } = bearerChallenge(response) ?? {};
  if (error !== 'insufficient_scope' && error !== 'insufficient_user_authentication')
    return { kind: 'renew', claims: error === 'insufficient_claims' ? claims : undefined };
  // A server that echoes the token must not bring it into an event.
  const echoes = [...(scopes ?? []), acrValues ?? ''].some((text) => text.includes(token));
  const needed: StepUp = {
    ...(scopes && !echoes && { scopes }),
    ...(acrValues && !echoes && { acrValues }),
    ...(maxAge !== undefined && { maxAge }),
  };
  return { kind: error, needed };
}
