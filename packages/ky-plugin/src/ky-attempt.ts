import type { Attempt, OutgoingRequest } from '@everbearer/core/adapter';
import type { KyCall } from './ky-call.ts';
import { keptForReplay, requestAgain } from './replay-body.ts';

/** One of ky's requests as the guard sees it. */
export function outgoing(request: Request, call: KyCall, replayable: boolean): OutgoingRequest {
  const { url, method, signal, headers } = request;
  return { url, method, signal, authorization: headers.get('authorization'), call, replayable };
}

/** A request that has arrived at ky's `fetch`, to be sent through the given one. */
export function attemptOf(
  request: Request,
  call: KyCall,
  fetch: (request: Request) => Promise<Response>,
): Attempt {
  call.guarded = true;
  call.intact = call.built === request;
  const kept = keptForReplay(request, call);
  const seen = outgoing(request, call, kept.replayable);
  // What it bears, as long as that is known: headers are slow to ask and to set.
  let current: string | null | undefined = seen.authorization;
  let sent = false;
  return {
    ...seen,
    snapshot() {
      current = undefined;
    },
    send(authorization) {
      const target = sent ? requestAgain(request, kept) : request;
      if (sent || authorization !== current) setAuthorization(target, authorization);
      sent = true;
      return fetch(target);
    },
    discard: kept.discard,
  };
}

/** Sets the header; undefined leaves it as it is, null takes it away. */
export function setAuthorization(request: Request, authorization: string | null | undefined): undefined {
  if (authorization === null) request.headers.delete('authorization');
  else if (authorization !== undefined) request.headers.set('authorization', authorization);
}
