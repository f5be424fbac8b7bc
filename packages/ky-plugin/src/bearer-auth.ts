import {
  type Attempt,
  checkedAuth,
  createGuard,
  type GuardedCall,
  type GuardOptions,
  HeaderNotInjectedError,
  type SourceOrFunction,
} from '@everbearer/core';
import type { Options } from 'ky';
import { type BuiltRequest, type Replay, replayBody } from './replay-body.ts';

export interface BearerAuthOptions extends GuardOptions {
  /**
   * Check after each response that the guard saw the call, and throw {@link HeaderNotInjectedError} when it did
   * not. Costs a clone of every response. Default false; worth having in tests.
   */
  audit?: boolean;
}

type Fetch = NonNullable<Options['fetch']>;

/** What the hooks and the guard of one call share. */
interface KyCall extends GuardedCall {
  /** A wrong `context.auth`, thrown where ky reports errors. */
  fault?: unknown;
  built?: BuiltRequest;
  /** Whether what arrived at the guard was the built request, and not one that a hook put in its place. */
  intact: boolean;
  /** ky's `retry.limit`. */
  limit: number;
  guarded: boolean;
}

/**
 * Makes every request of a ky instance bear a valid token: `ky.extend(bearerAuth(tokens, { origins }))`.
 *
 * The guard stands at ky's `fetch`, the last step before the wire, on every attempt; hooks in front of it set the
 * header early and wait for a token where ky's `timeout` does not count. Per call: `context: { auth: false }`
 * steps aside, `context: { auth: { account, scopes } }` chooses.
 *
 * @throws {ConfigurationError} that names the option and the remedy
 */
export function bearerAuth(
  source: SourceOrFunction,
  options: BearerAuthOptions,
): (parent: Options) => Options {
  const guard = createGuard(source, options);
  const calls = new WeakMap<object, KyCall>();
  /** The fetch behind each guarded one, so that none is guarded twice. */
  const inner = new WeakMap<Fetch, Fetch>();

  function guarded(fetch: Fetch | undefined, call?: KyCall): Fetch {
    const behind = (fetch && inner.get(fetch)) ?? fetch ?? ((input, init) => globalThis.fetch(input, init));
    const guardedFetch: Fetch = async (input, init) => {
      const request = input instanceof Request ? input : new Request(input, init);
      const own = call ?? newCall(undefined);
      const replay = replayBody(request, own.built, own.limit);
      try {
        return await guard.send(attemptOf(request, own, replay, (sent) => behind(sent, init)));
      } finally {
        replay?.discard?.();
      }
    };
    inner.set(guardedFetch, behind);
    return guardedFetch;
  }

  function newCall(auth: unknown): KyCall {
    const call = { replayed: false, guarded: false, intact: false, limit: 0 };
    try {
      return { ...call, auth: checkedAuth(auth, source) };
    } catch (fault) {
      return { ...call, auth: undefined, fault };
    }
  }

  function callOf(context: object & { auth?: unknown }): KyCall {
    const known = calls.get(context);
    if (known) return known;
    const call = newCall(context.auth);
    calls.set(context, call);
    return call;
  }

  /** Sets the header before ky's `timeout` begins, so that later hooks see it. */
  async function injectEarly(request: Request, call: KyCall): Promise<void> {
    if (call.fault) throw call.fault;
    const authorization = await guard.authorize(targetOf(request, call, true));
    setAuthorization(request, authorization);
  }

  return (parent) => ({
    fetch: guarded(parent.fetch),
    hooks: {
      init: [
        (init) => {
          init.context ??= {};
          const call = callOf(init.context);
          let chosen = guarded(init.fetch, call);
          // A later init hook may bring its own fetch: it gets the guard in front of it as well.
          Object.defineProperty(init, 'fetch', {
            enumerable: true,
            configurable: true,
            get: () => chosen,
            set: (fetch: Fetch | undefined) => {
              chosen = guarded(fetch, call);
            },
          });
        },
      ],
      beforeRequest: [
        async ({ request, options: { context, retry, body } }) => {
          const call = callOf(context);
          call.limit = retry.limit;
          call.built = { request, body };
          await injectEarly(request, call);
        },
      ],
      beforeRetry: [
        async ({ request, error, options: { context } }) => {
          const call = callOf(context);
          const replaced = 'customRequest' in error && error.customRequest !== undefined;
          if (call.built && call.intact && !replaced) call.built = { ...call.built, request };
          await injectEarly(request, call);
        },
      ],
      ...(options.audit && {
        afterResponse: [
          ({ request, response, options: { context } }) => {
            const call = callOf(context);
            const fromWire = response.url !== '';
            if (fromWire && !call.guarded && call.auth !== false) {
              throw new HeaderNotInjectedError(new URL(request.url).origin);
            }
          },
        ],
      }),
    },
  });
}

function targetOf(request: Request, call: KyCall, replayable: boolean): Omit<Attempt, 'send' | 'settle'> {
  const { url, method, signal, headers } = request;
  return { url, method, signal, authorization: headers.get('authorization'), call, replayable };
}

function attemptOf(
  request: Request,
  call: KyCall,
  replay: Replay | undefined,
  fetch: (request: Request) => Promise<Response>,
): Attempt {
  if (call.fault) throw call.fault;
  call.guarded = true;
  call.intact = call.built?.request === request;
  let sent = false;
  return {
    ...targetOf(request, call, replay !== undefined),
    async send(authorization) {
      const target = sent && replay ? replay.request() : request;
      sent = true;
      setAuthorization(target, authorization);
      return fetch(target);
    },
  };
}

function setAuthorization(request: Request, authorization: string | null | undefined): void {
  if (authorization === undefined) return;
  if (authorization === null) request.headers.delete('authorization');
  else if (request.headers.get('authorization') !== authorization) {
    request.headers.set('authorization', authorization);
  }
}
