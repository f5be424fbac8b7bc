import type { Guard } from '@everbearer/core/adapter';
import type { Options } from 'ky';
import { attemptOf } from './ky-attempt.ts';
import type { KyCalls } from './ky-call.ts';

type Fetch = NonNullable<Options['fetch']>;

/** The fetch with the guard in front of it, for the call of these options; the global fetch where there is none. */
export type GuardFetch = (fetch: Fetch | undefined, options: Options) => Fetch;

const globalFetch: Fetch = (input, init) => globalThis.fetch(input, init);

export function createGuardFetch(guard: Guard, calls: KyCalls): GuardFetch {
  /** The fetch behind a guarded one, so that none is guarded twice. */
  const inner = Symbol();
  type GuardedFetch = Fetch & { [inner]?: Fetch };

  return (fetch: GuardedFetch | undefined, options) => {
    const behind = fetch?.[inner] ?? fetch ?? globalFetch;
    const guarded: GuardedFetch = async (input, init) => {
      const request = input instanceof Request ? input : new Request(input, init);
      return guard.send(attemptOf(request, calls.read(options), (sent) => behind(sent, init)));
    };
    guarded[inner] = behind;
    return guarded;
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
