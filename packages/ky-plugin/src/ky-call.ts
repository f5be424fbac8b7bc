import { type CallAuth, checkedAuth, type GuardedCall, type SourceOrFunction } from '@everbearer/core';
import type { Options } from 'ky';
import { type BuiltRequest, type GivenBody, givenBody } from './replay-body.ts';

/** ky's `context` of one call: one object, the same in all hooks and on all attempts. */
type Context = object & { auth?: unknown };

/** What the hooks and the guard of one call share. */
export interface KyCall extends GuardedCall {
  auth: false | CallAuth | undefined;
  /** The body of the options when the call was made. */
  atCall?: GivenBody;
  built?: BuiltRequest;
  /** Whether what arrived at the guard was the built request, and not one that a hook put in its place. */
  intact: boolean;
  /** ky's `retry.limit`. */
  limit: number;
  guarded: boolean;
}

/** The calls under way, known by their context. Each reading takes `auth` as it is now: a later hook has a say in it. */
export interface KyCalls {
  /** Begins the call of these options; the result reads it, also under a context that a later hook puts in place. */
  begin(init: Options): () => KyCall;
  /** @throws {ConfigurationError} `auth`, `auth.account` */
  read(context: Context): KyCall;
}

export function createKyCalls(source: SourceOrFunction): KyCalls {
  const calls = new WeakMap<Context, KyCall>();

  function readAuth(call: KyCall, context: Context): KyCall {
    call.auth = checkedAuth(context.auth, source);
    return call;
  }

  return {
    begin(init) {
      const call: KyCall = { ...newCall(), atCall: givenBody(init), limit: retryLimit(init.retry) };
      let context: Context = init.context ?? {};
      calls.set(context, call);
      Object.defineProperty(init, 'context', {
        enumerable: true,
        configurable: true,
        get: () => context,
        set(next: Context = {}) {
          context = next;
          calls.set(context, call);
        },
      });
      return () => readAuth(call, context);
    },
    read(context) {
      const known = calls.get(context);
      if (known) return readAuth(known, context);
      const call = newCall();
      calls.set(context, call);
      return readAuth(call, context);
    },
  };
}

const newCall = (): KyCall => ({ auth: undefined, replayed: false, guarded: false, intact: false, limit: 0 });

/** ky's own default where nothing is said. */
function retryLimit(retry: Options['retry']): number {
  return (typeof retry === 'number' ? retry : retry?.limit) ?? 2;
}
