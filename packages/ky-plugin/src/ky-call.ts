import type { CallAuth } from '@everbearer/core';
import {
  type GuardedCall,
  type KeptBody,
  keptBody,
  readCallAuth,
  type TokenSourceLike,
} from '@everbearer/core/adapter';
import type { NormalizedOptions, Options } from 'ky';
import { HeaderNotInjectedError } from './header-not-injected-error.ts';
import { CALL, type Marked } from './marks.ts';

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

type OptionsOfCall = (Options | Readonly<NormalizedOptions>) & Marked;

export interface KyCalls {
  /** Begins the call of these options, which an `init` hook sees first. */
  begin(init: Options): void;
  /**
   * The call of these options; undefined where another `bearerAuth()`, later in the chain, has it. One that was never begun has
   * lost the `init` hook: it gets no token.
   * @throws {ConfigurationError} `auth`, `auth.account`
   */
  read(options: OptionsOfCall): KyCall | undefined;
}

/** What is known of a call that has lost the `init` hook: nothing of its body, and no retry is taken for granted. */
const LOST = {
  replayed: false,
  given: undefined,
  kept: { replayable: false },
  limit: 0,
} as const;

/** What a call said of its authorization, in which words, and what was wrong with it. */
interface Said {
  words: unknown;
  mistake?: unknown;
}

export function createKyCalls(source: TokenSourceLike): KyCalls {
  // The options bear the key alone: ky puts them into its errors, and a call knows its token.
  let calls: WeakMap<object, { call: KyCall; said: Said }> | undefined;

  return {
    begin(init: Options & Marked) {
      // ky would put one here too late to be seen by the guard.
      init.context ??= {};
      // ky will make a text of `json`.
      const given = init.json === undefined ? init.body : '';
      const kept = keptBody(given as BodyInit, undefined);
      const { retry } = init;
      // ky's own default where nothing is said.
      const limit = (typeof retry === 'number' ? retry : retry?.limit) ?? 2;
      const call: KyCall = { ...LOST, auth: undefined, given, kept, limit };
      const key = Object.freeze({});
      init[CALL] = key;
      calls ??= new WeakMap();
      calls.set(key, { call, said: listen(call, init.context?.['auth'], source) });
    },
    read(options) {
      const words: unknown = options.context?.['auth'];
      const key = options[CALL];
      if (!key) {
        const auth = words === false ? words : undefined;
        return { ...LOST, auth, refusal: (origin) => new HeaderNotInjectedError({ origin, sent: false }) };
      }
      const known = calls?.get(key);
      if (!known) return undefined;
      if (words !== known.said.words) known.said = listen(known.call, words, source);
      if (known.said.mistake) throw known.said.mistake;
      return known.call;
    },
  };
}

/** Reads what the call says; again only where a hook has put something else in its place. */
function listen(call: KyCall, words: unknown, source: TokenSourceLike): Said {
  try {
    call.auth = readCallAuth(words, source);
    return { words };
  } catch (mistake) {
    return { words, mistake };
  }
}
