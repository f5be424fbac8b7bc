import { ConfigurationError, type Guard, type OutgoingRequest } from '@everbearer/core/adapter';
import type { BeforeRequestHook, BeforeRetryHook, InitHook } from 'ky';
import { type GuardFetch, guardAssigned } from './guard-fetch.ts';
import type { KyCall, KyCalls } from './ky-call.ts';
import { isLastOfOurs, markedInit } from './marks.ts';
import { refuseOlderKy } from './refuse-older-ky.ts';
import { isReplayable, noteBuilt } from './replay-body.ts';

export interface CallHooks {
  /** Begins each call, and puts the guard in front of the fetch that the call ends up with. */
  readonly init: InitHook;
  /** Waits for a token before ky's `timeout` begins. */
  readonly beforeRequest: BeforeRequestHook;
  /** The same for ky's own retries. */
  readonly beforeRetry: BeforeRetryHook;
}

export function createCallHooks(guard: Guard, calls: KyCalls, guardFetch: GuardFetch): CallHooks {
  const hooks: CallHooks = {
    init: markedInit((init) => {
      if (!isLastOfOurs(hooks.init, init)) return;
      calls.begin(init);
      // With an accessor every copy that ky makes of the options is slow, and most chains have no later init hook.
      if (init.hooks?.init?.at(-1) !== hooks.init) return guardAssigned(init, guardFetch);
      init.fetch = guardFetch(init.fetch, init);
      // Where no wait is needed and no body is to be kept, the guard does it all.
      const says = init.context?.['auth'] ?? init.body ?? init.json;
      if (says !== undefined || !guard.holdsToken()) return;
      const others = init.hooks.beforeRequest?.filter((hook) => hook !== hooks.beforeRequest);
      init.hooks = { ...init.hooks, beforeRequest: others ?? [] };
    }),
    beforeRequest(state) {
      refuseOlderKy(state);
      const { request, options } = state;
      const call = calls.read(options);
      if (!call) return;
      call.limit = options.retry.limit;
      noteBuilt(call, request, options);
      return guard.prepare(outgoing(request, call));
    },
    beforeRetry({ request, error, options }) {
      // ky 1 tries again after every error.
      if (error instanceof ConfigurationError) throw error;
      const call = calls.read(options);
      if (!call) return;
      const replaced = 'customRequest' in error && error.customRequest !== undefined;
      if (call.intact && !replaced) call.built = request;
      const next = outgoing(request, call);
      // The signal of an attempt that ran out of time has done its work: ky gives the next one another.
      return guard.prepare(request.signal.aborted ? { ...next, signal: undefined } : next);
    },
  };
  return hooks;
}

/** One of ky's requests as the guard sees it before it is sent. */
function outgoing(request: Request, call: KyCall): OutgoingRequest {
  const { url, method, signal, headers } = request;
  const replayable = isReplayable(request, call);
  return { url, method, signal, authorization: headers.get('authorization'), call, replayable };
}
