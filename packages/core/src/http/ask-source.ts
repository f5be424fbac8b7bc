import { abortable } from '../abortable.ts';
import { AuthError } from '../errors/auth-error.ts';
import type { AccessToken, TokenAsk, TokenSource } from '../token.ts';

/** Errors that clients take for a failure of the request itself, and some of them for a reason to send it again. */
const SAID_OF_REQUESTS = new Set(['TypeError', 'AbortError', 'TimeoutError', 'NetworkError', 'HTTPError']);

/**
 * Waits for a token as long as the signal allows. A source's own errors pass, except those that would read as if
 * the request had been sent and had failed.
 * @throws {AuthError} `no_token`
 */
export async function askSource(
  source: TokenSource,
  ask: TokenAsk | undefined,
  signal: AbortSignal | undefined,
): Promise<AccessToken> {
  let token: AccessToken | null | undefined;
  try {
    token = await abortable(source.getToken({ ...ask, signal }), signal);
  } catch (error) {
    if (signal?.aborted || !(error instanceof Error) || !SAID_OF_REQUESTS.has(error.name)) throw error;
    throw new AuthError({
      code: 'no_token',
      message:
        'The token source failed on its way to a token, so nothing was sent. Look at `cause`, and at what the source itself calls.',
      cause: error,
    });
  }
  if (token !== undefined && token !== null) return token;
  throw new AuthError({
    code: 'no_token',
    message: 'The token source resolved to no token, so nothing was sent. It must reject instead.',
  });
}
