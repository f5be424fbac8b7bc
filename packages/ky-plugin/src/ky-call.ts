import type { CallAuth, TokenSourceLike } from '@everbearer/core';
import { type GuardedCall, readCallAuth } from '@everbearer/core/adapter';
import type { NormalizedOptions, Options } from 'ky';
import { type BuiltRequest, type GivenBody, givenBody } from './replay-body.ts';

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

type OptionsOfCall = Options | Readonly<NormalizedOptions>;

export interface KyCalls {
  /** Begins the call of these options, which an `init` hook sees first. */
  begin(init: Options): void;
  /**
   * The call of these options, with its `auth` as it is now: a later hook may have a say in it. One that was never
   * begun has lost the `init` hook, and nothing is known of it.
   * @throws {ConfigurationError} `auth`, `auth.account`
   */
  read(options: OptionsOfCall): KyCall;
}

export function createKyCalls(source: TokenSourceLike): KyCalls {
  /** ky hands the options of a call to every hook in copies, which keep this; a context may be replaced. */
  const key = Symbol('call');
  type Marked = OptionsOfCall & { [key]?: KyCall };

  return {
    begin(init: Marked & Options) {
      // ky would put one here too late to be seen by the guard.
      init.context ??= {};
      init[key] = { ...newCall(), atCall: givenBody(init), limit: retryLimit(init.retry) };
    },
    read(options: Marked) {
      const call = options[key] ?? newCall();
      call.auth = readCallAuth(options.context?.['auth'], source);
      return call;
    },
  };
}

const newCall = (): KyCall => ({ auth: undefined, replayed: false, guarded: false, intact: false, limit: 0 });

/** ky's own default where nothing is said. */
function retryLimit(retry: Options['retry']): number {
  return (typeof retry === 'number' ? retry : retry?.limit) ?? 2;
}
