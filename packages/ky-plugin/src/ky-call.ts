import type { CallAuth, TokenSourceLike } from '@everbearer/core';
import { type GuardedCall, type KeptBody, keptBody, readCallAuth } from '@everbearer/core/adapter';
import type { NormalizedOptions, Options } from 'ky';

/** What the hooks and the guard of one call share. */
export interface KyCall extends GuardedCall {
  auth: false | CallAuth | undefined;
  /** The body that the request is made of, as far as that is known. */
  given: unknown;
  /** What was kept of it when the call was made: the caller may change it while a token is waited for. */
  kept: KeptBody;
  /** The request that ky built from that body; undefined where it may have another one. */
  built?: Request | undefined;
  /** Whether what arrived at the guard was the built request, and not one that a hook put in its place. */
  intact?: boolean;
  /** ky's `retry.limit`. */
  limit: number;
  /** Whether the guard saw the call. */
  guarded?: boolean;
}

type OptionsOfCall = Options | Readonly<NormalizedOptions>;

export interface KyCalls {
  /** Begins the call of these options, which an `init` hook sees first. */
  begin(init: Options): void;
  /**
   * The call of these options, with its `auth` as it is now: a later hook may have changed it. A call that was never begun
   * has lost the `init` hook.
   * @throws {ConfigurationError} `auth`, `auth.account`
   */
  read(options: OptionsOfCall): KyCall;
}

/** What is known of a call that has lost the `init` hook: nothing of its body, and no retry is taken for granted. */
const LOST: KyCall = {
  auth: undefined,
  replayed: false,
  given: undefined,
  kept: { replayable: false },
  limit: 0,
};

export function createKyCalls(source: TokenSourceLike): KyCalls {
  /** ky hands the options of a call to every hook in copies, which keep this; a context may be replaced. */
  const key = Symbol();
  type Marked = OptionsOfCall & { [key]?: KyCall };

  return {
    begin(init: Marked & Options) {
      // ky would put one here too late to be seen by the guard.
      init.context ??= {};
      // ky will make a text of `json`.
      const given = init.json === undefined ? init.body : '';
      const kept = keptBody(given as BodyInit, undefined);
      const { retry } = init;
      // ky's own default where nothing is said.
      const limit = (typeof retry === 'number' ? retry : retry?.limit) ?? 2;
      init[key] = { ...LOST, given, kept, limit };
    },
    read(options: Marked) {
      const call = options[key] ?? { ...LOST };
      call.auth = readCallAuth(options.context?.['auth'], source);
      return call;
    },
  };
}
