import type { AccessTokenInit, DpopProver, TokenAsk, TokenSource } from '../token.ts';
import { tracer } from '../tracer.ts';
import type { Attempt, Hop } from './attempt.ts';
import type { IssuedHeaders } from './issued-headers.ts';
import { discardBody } from './kept-body.ts';

/** A token, and who gave it. */
export interface Bearing {
  readonly source: TokenSource;
  readonly token: AccessTokenInit;
  /** What the token was asked for with. */
  readonly ask: TokenAsk | undefined;
}

/**
 * Sends with this token; with a proof beside it where it is bound to a key.
 * @throws {ConfigurationError} when the source handed out something that cannot be sent
 */
export function sendBearing(
  attempt: Attempt,
  { source, token }: Bearing,
  issued: IssuedHeaders,
  hop?: Hop,
): Promise<Response> {
  const { dpop } = token;
  const { call } = attempt;
  const authorization = issued.issue(token, call);
  if (!dpop && !tracer) return attempt.send(authorization, hop);
  const send = () =>
    dpop ? sendProved(attempt, authorization, dpop, hop) : attempt.send(authorization, hop);
  return tracer ? tracer.sending(call, token.expiresAt, source, send) : send();
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
