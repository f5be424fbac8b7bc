import { quotesSecret } from '../errors/presentable-text.ts';
import type { StepUp } from '../events.ts';
import type { BearerChallenge } from './challenge.ts';

/**
 * What the server asks for that no renewal brings. Undefined where another token may do: after any other error, and where
 * there was no challenge.
 * @param token - what the request bore: a server that echoes it must not bring it into an event
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 * @see https://www.rfc-editor.org/rfc/rfc9470#section-3
 */
export function stepUpOf(
  { error, scopes, acrValues, maxAge }: BearerChallenge,
  token: string,
): StepUp | undefined {
  if (error !== 'insufficient_scope' && error !== 'insufficient_user_authentication') return undefined;
  const said = `${scopes?.join(' ')} ${acrValues}`;
  // Visible ASCII is all that both may hold, and a terminal may show it.
  const isFit = /^[ -~]*$/.test(said) && !quotesSecret(said, [token]);
  return { reason: error, maxAge, ...(isFit && { scopes, acrValues }) };
}
