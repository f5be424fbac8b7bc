import type { AccessTokenInit, DpopProver } from '../token.ts';
import type { Attempt, Hop } from './attempt.ts';
import type { IssuedHeaders } from './issued-headers.ts';
import { discardBody } from './kept-body.ts';

/**
 * Sends with this token; with a proof beside it where it is bound to a key.
 * @throws {ConfigurationError} when the source handed out something that cannot be sent
 */
export function sendBearing(
  attempt: Attempt,
  token: AccessTokenInit,
  issued: IssuedHeaders,
  hop?: Hop,
): Promise<Response> {
  const authorization = issued.issue(token, attempt.call);
  return token.dpop ? sendProved(attempt, authorization, token.dpop, hop) : attempt.send(authorization, hop);
}

/** A server that wants a nonce in the proof has refused the request unread, so it is sent once more with one. */
async function sendProved(
  attempt: Attempt,
  authorization: string,
  dpop: DpopProver,
  hop: Hop | undefined,
): Promise<Response> {
  const { method, url } = hop ?? attempt;
  const send = async () => attempt.send(authorization, hop, await dpop.proof({ method, url }));
  const response = await send();
  if (!dpop.wantsAnother(url, response) || !attempt.replayable) return response;
  discardBody(response);
  const second = await send();
  dpop.wantsAnother(url, second);
  return second;
}
