/**
 * A plain http server on loopback, and the reading and writing that simulators of servers share.
 * @packageDocumentation
 */
export {
  type LoopbackServer,
  listenOnLoopback,
  type RequestHandler,
} from './loopback/loopback-server.ts';
export { htmlReply, jsonReply, type Reply, send } from './loopback/reply.ts';
export { readForm, readText } from './loopback/request-body.ts';
