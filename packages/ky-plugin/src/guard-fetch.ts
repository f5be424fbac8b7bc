import {
  type FetchCall,
  fetchAttempt,
  type Guard,
  ownRequest,
  requestShownBy,
} from '@everbearer/core/adapter';
import type { Options } from 'ky';
import type { KyCalls } from './ky-call.ts';
import { BEHIND, CALL, type Marked } from './marks.ts';
import { keptForReplay } from './replay-body.ts';

type Fetch = NonNullable<Options['fetch']>;
type GuardedFetch = Fetch & { [BEHIND]?: Fetch | undefined };

/** The fetch with the guard in front of it, for the call of these options. Default: the global fetch. */
export type GuardFetch = (fetch: Fetch | undefined, options: Options & Marked) => Fetch;

export function createGuardFetch(guard: Guard, calls: KyCalls): GuardFetch {
  /**
   * What the guard has sent, and with which init: a fetch that an earlier hook wrapped brings one of them to the guard
   * again.
   */
  let passed: WeakSet<object> | undefined;

  return (fetch: GuardedFetch | undefined, options) => {
    // None is guarded twice, and what another of ours guards is now ours.
    const behind = fetch && BEHIND in fetch ? fetch[BEHIND] : fetch;
    const guarded: GuardedFetch = async (input, init = {}) => {
      passed ??= new WeakSet();
      const send = senderTo(behind, init, passed);
      const hasPassed = !options[CALL] && (passed.has(init) || passed.has(input as object));
      const request = requestOf(input, init);
      const call = hasPassed ? undefined : calls.read(options);
      if (!call) return send(request, init);
      // Only a fetch of somebody else's may come back here.
      if (behind) passed.add(init);
      call.guarded = true;
      call.intact = call.built === request;
      const kept = keptForReplay(request, call);
      return guard.send(fetchAttempt({ target: request, init, kept, call, send }));
    };
    guarded[BEHIND] = behind;
    return guarded;
  };
}

/** What ky sends; what a hook has put in its place may only say that it is a Request. */
function requestOf(input: Parameters<Fetch>[0], init: RequestInit | undefined): Request {
  if (typeof input !== 'object' || input instanceof URL) return new Request(input, init);
  return ownRequest(input) ?? requestShownBy(input);
}

/**
 * What sends. The platform's fetch takes the headers beside the request, which costs least. Any other one may look at the request
 * alone, so it gets one that has them; ky keeps its own, without them.
 */
function senderTo(behind: Fetch | undefined, given: RequestInit, passed: WeakSet<object>): FetchCall['send'] {
  if (!behind || behind === globalThis.fetch) return (target, init) => globalThis.fetch(target, init);
  return (target, init) => {
    const request = target instanceof Request && init === given ? target : new Request(target, init);
    passed.add(request);
    return behind(request, given);
  };
}

/** Guards the fetch of a call, and every fetch that a later init hook puts in its place. */
export function guardAssigned(init: Options, guardFetch: GuardFetch): void {
  let guarded = guardFetch(init.fetch, init);
  Object.defineProperty(init, 'fetch', {
    enumerable: true,
    configurable: true,
    get: () => guarded,
    set(fetch: Fetch | undefined) {
      guarded = guardFetch(fetch, init);
    },
  });
}
