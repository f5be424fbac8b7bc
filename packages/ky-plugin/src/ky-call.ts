import { type CallAuth, checkedAuth, type GuardedCall, type SourceOrFunction } from '@everbearer/core';
import type { BuiltRequest, GivenBody } from './replay-body.ts';

/** ky's `context` of one call: one object, the same in all hooks and on all attempts. */
export type KyContext = object & { auth?: unknown };

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

export interface KyCalls {
  /**
   * The call of this context, with its `auth` as it is now: a later hook may have a say in it.
   * @throws {ConfigurationError} `auth`, `auth.account`
   */
  read(context: KyContext | undefined): KyCall;
  /** The same without a look at `auth`, so that its fault is thrown where ky reports errors. */
  find(context: KyContext): KyCall;
}

export function createKyCalls(source: SourceOrFunction): KyCalls {
  const calls = new WeakMap<object, KyCall>();

  function find(context: KyContext): KyCall {
    let call = calls.get(context);
    if (!call) {
      call = { auth: undefined, replayed: false, guarded: false, intact: false, limit: 0 };
      calls.set(context, call);
    }
    return call;
  }

  return {
    find,
    read(context = {}) {
      const call = find(context);
      call.auth = checkedAuth(context.auth, source);
      return call;
    },
  };
}
