import { holdsPieceOf } from '../errors/secret-piece.ts';
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
  const isFit = [...(scopes ?? []), ...(acrValues ?? '').split(' ')].every((word) => isPlain(word, token));
  return { reason: error, maxAge, ...(isFit && { scopes, acrValues }) };
}

/** Made of the characters of a scope, and without any piece of the token, plain or in base64. */
function isPlain(word: string, token: string): boolean {
  const [run = ''] = /[\w+/-]*/.exec(word) ?? [];
  // Without the digits of an incomplete group, anything can be read as base64.
  const decoded = atob(
    run
      .slice(0, run.length & ~3)
      .replaceAll('-', '+')
      .replaceAll('_', '/'),
  );
  const holdsToken = word.includes(token) || holdsPieceOf(token, `${word}\n${decoded}`);
  return /^[\w.:/@#~*$+=-]*$/.test(word) && !holdsToken;
}
