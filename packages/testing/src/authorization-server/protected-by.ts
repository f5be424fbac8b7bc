import type { RequestHandler } from '../loopback/loopback-server.ts';
import { jsonReply, send } from '../loopback/reply.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import type { Verdict } from './token-registry.ts';

/**
 * Puts an API behind the tokens of an authorization server: for `listenOnLoopback()`. A request without a good token is answered
 * 401 with its challenge, and every other goes to `handler`.
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export function protectedBy(
  server: Pick<AuthorizationServer, 'judge'>,
  handler: RequestHandler,
): RequestHandler {
  return async (request, response, url) => {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const verdict = token === undefined ? undefined : server.judge(token);
    if (verdict?.kind === 'valid') return handler(request, response, url);
    const headers = { 'www-authenticate': challengeFor(verdict) };
    send(response, jsonReply(401, { error: verdict?.kind ?? 'no token' }, headers));
  };
}

/** Without a token, no error is named (section 3.1). */
function challengeFor(verdict: Exclude<Verdict, { kind: 'valid' }> | undefined): string {
  if (!verdict) return 'Bearer';
  if (verdict.kind !== 'insufficient_claims')
    return `Bearer error="invalid_token", error_description="The token is ${verdict.kind}"`;
  return `Bearer error="insufficient_claims", claims="${Buffer.from(verdict.claims).toString('base64')}"`;
}
