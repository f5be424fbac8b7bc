import type { Guard } from '@everbearer/core/adapter';
import type { BeforeRequestHook, BeforeRetryHook, InitHook, Options } from 'ky';
import { type GuardFetch, guardAssigned } from './guard-fetch.ts';
import { outgoing, setAuthorization } from './ky-attempt.ts';
import type { KyCall, KyCalls } from './ky-call.ts';
import { isReplayable, noteBuilt } from './replay-body.ts';

export interface CallHooks {
  /** Begins each call, and puts the guard in front of the fetch that the call ends up with. */
  readonly init: InitHook;
  /** Sets the header before ky's `timeout` begins. */
  readonly beforeRequest: BeforeRequestHook;
  /** The same for ky's own retries, which must not bear a stale header. */
  readonly beforeRetry: BeforeRetryHook;
}

export function createCallHooks(guard: Guard, calls: KyCalls, guardFetch: GuardFetch): CallHooks {
  /** Sets the header so early that later hooks see it. */
  function injectEarly(request: Request, call: KyCall): undefined | Promise<undefined> {
    const authorization = guard.authorize(outgoing(request, call, isReplayable(request, call)));
    if (!(authorization instanceof Promise)) return setAuthorization(request, authorization);
    return authorization.then((value) => setAuthorization(request, value));
  }

  const hooks: CallHooks = {
    init(init) {
      calls.begin(init);
      // With an accessor every copy that ky makes of the options is slow, and most chains have no later init hook.
      if (init.hooks?.init?.at(-1) !== hooks.init) return guardAssigned(init, guardFetch);
      init.fetch = guardFetch(init.fetch, init);
      // No wait is needed, so the guard does it all.
      if (isPlain(init, hooks) && guard.holdsToken()) init.hooks = { ...init.hooks, beforeRequest: [] };
    },
    beforeRequest({ request, options }) {
      const call = calls.read(options);
      call.limit = options.retry.limit;
      noteBuilt(call, request, options);
      return injectEarly(request, call);
    },
    beforeRetry({ request, error, options }) {
      const call = calls.read(options);
      const replaced = 'customRequest' in error && error.customRequest !== undefined;
      if (call.intact && !replaced) call.built = request;
      return injectEarly(request, call);
    },
  };
  return hooks;
}

/** Whether only the guard would see a header that is set early, and there is no body to keep. */
function isPlain({ body, json, context, hooks = {} }: Options, ours: CallHooks): boolean {
  const only = <T>(list: T[] | undefined, hook: T) => list?.length === 1 && list[0] === hook;
  return (
    (body ?? json ?? context?.['auth']) === undefined &&
    only(hooks.beforeRequest, ours.beforeRequest) &&
    only(hooks.beforeRetry, ours.beforeRetry) &&
    !hooks.afterResponse?.length &&
    !hooks.beforeError?.length
  );
}
