import type { AuthorizationServer } from '@everbearer/testing/authorization-server';
import {
  jsonReply,
  type LoopbackServer,
  listenOnLoopback,
  readText,
  send,
} from '@everbearer/testing/loopback-server';

/** An API that answers those alone who bear a valid token. `/echo` sends back what it got; `/teapot` refuses all. */
export function smallApi(server: AuthorizationServer): Promise<LoopbackServer> {
  return listenOnLoopback(async (request, response, url) => {
    const text = (await readText(request)) ?? '';
    const { authorization = '', 'x-kind': kind } = request.headers;
    const verdict = server.judge(authorization.replace(/^Bearer /, ''));
    if (verdict.kind !== 'valid') return send(response, jsonReply(401, { error: verdict.kind }));
    if (url.pathname === '/teapot') return send(response, jsonReply(418, { error: 'teapot' }));
    const told = url.pathname === '/echo' ? { method: request.method, text, kind } : { name: 'Ada' };
    send(response, jsonReply(200, told, { 'x-answer': 'yes' }));
  });
}
