import type { StepUp } from '../events.ts';
import { bearerChallenge } from './challenge.ts';
import { originForMessage } from './origins.ts';

/** What a refused response means for the token that its request bore. */
export type ServerVerdict =
  /** Another token may do; `claims` is what the server wants in it. */
  | { kind: 'renew'; claims: string | undefined }
  /** A redirect led to another server, which has not seen the token. */
  | { kind: 'elsewhere' }
  /** No renewal can help. */
  | { kind: 'step_up'; needed: StepUp };

type Meaning = 'renew' | 'renew_with_claims' | 'ask_a_person';

/**
 * What a challenge means, by its error. Any other error, and a refusal without a challenge, is said of the token.
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 * @see https://www.rfc-editor.org/rfc/rfc9470#section-3
 */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  invalid_token: 'renew',
  insufficient_claims: 'renew_with_claims',
  insufficient_scope: 'ask_a_person',
  insufficient_user_authentication: 'ask_a_person',
};

/** Reads the refusal of a request to `url` that bore `token`. */
export function serverVerdict(response: Response, url: string, token: string): ServerVerdict {
  if (response.redirected && originForMessage(response.url) !== originForMessage(url))
    return { kind: 'elsewhere' };
  const { error = 'invalid_token', scopes, acrValues, maxAge, claims } = bearerChallenge(response) ?? {};
  const meaning = Object.hasOwn(MEANINGS, error) ? MEANINGS[error] : 'renew';
  if (meaning !== 'ask_a_person')
    return { kind: 'renew', claims: meaning === 'renew_with_claims' ? claims : undefined };
  // A server that echoes the token must not bring it into an event.
  const echoes = [...(scopes ?? []), acrValues ?? ''].some((text) => text.includes(token));
  const needed: StepUp = {
    reason: error as StepUp['reason'],
    ...(scopes && !echoes && { scopes }),
    ...(acrValues && !echoes && { acrValues }),
    ...(maxAge !== undefined && { maxAge }),
  };
  return { kind: 'step_up', needed };
}
