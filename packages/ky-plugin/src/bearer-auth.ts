import type { CallAuth, GuardOptions, TokenSourceLike } from '@everbearer/core';
import { type Attempt, createGuard, type Target } from '@everbearer/core/adapter';
import type { BeforeRequestHook, BeforeRetryHook, Options } from 'ky';
import { HeaderNotInjectedError } from './header-not-injected-error.ts';
import { createKyCalls, type KyCall } from './ky-call.ts';
import { builtRequest, isReplayable, type Replay, replayBody } from './replay-body.ts';

declare module 'ky' {
  interface Options {
    /**
     * Data for hooks. `auth` is read by `bearerAuth()`: `false` sends the call without a token, an object says whose
     * token it bears and for which scopes.
     */
    context?: Record<string, unknown> & { auth?: false | CallAuth | undefined };
  }
}

export interface BearerAuthOptions extends GuardOptions {
  /**
   * Check after each response that the guard saw the call, and throw {@link HeaderNotInjectedError} when it did
   * not. Costs a clone of every response. Default false; worth having in tests.
   */
  audit?: boolean;
}

type Fetch = NonNullable<Options['fetch']>;

const globalFetch: Fetch = (input, init) => globalThis.fetch(input, init);

/**
 * Makes every request of a ky instance bear a valid token: `ky.extend(bearerAuth(tokens, { origins }))`.
 *
 * The guard stands at ky's `fetch`, the last step before the wire, on every attempt; hooks in front of it set the
 * header early and wait for a token where ky's `timeout` does not count. Per call: `context: { auth: false }`
 * steps aside, `context: { auth: { account, scopes } }` chooses.
 *
 * `ky.create()` on the extended instance makes a plain ky, as it does with all options: use `extend()`.
 *
 * @throws {ConfigurationError} that names the option and the remedy
 */
export function bearerAuth(
  source: TokenSourceLike,
  options: BearerAuthOptions,
): (parent: Options) => Options {
  const guard = createGuard(source, options);
  const calls = createKyCalls(source);
  /** The fetch behind a guarded one, so that none is guarded twice. */
  const inner = Symbol('inner');
  type GuardedFetch = Fetch & { [inner]?: Fetch };
  const chosen = Symbol('chosen');
  type CallOptions = Options & { [chosen]?: Fetch };
  /** A later init hook may bring its own fetch: it gets the guard in front of it as well. */
  const chosenFetch: PropertyDescriptor & ThisType<CallOptions> = {
    enumerable: true,
    configurable: true,
    get() {
      return this[chosen];
    },
    set(fetch: Fetch | undefined) {
      this[chosen] = guarded(fetch, this);
    },
  };

  function guarded(fetch: GuardedFetch | undefined, options: Options): Fetch {
    const behind = fetch?.[inner] ?? fetch ?? globalFetch;
    const guardedFetch: GuardedFetch = async (input, init) => {
      const request = input instanceof Request ? input : new Request(input, init);
      const call = calls.read(options);
      const replay = replayBody(request, call.built, call.atCall, call.limit);
      return guard.send(attemptOf(request, call, replay, (sent) => behind(sent, init)));
    };
    guardedFetch[inner] = behind;
    return guardedFetch;
  }

  /** Sets the header before ky's `timeout` begins, so that later hooks see it. */
  function injectEarly(request: Request, call: KyCall): undefined | Promise<undefined> {
    const target = targetOf(request, call, isReplayable(request, call.built, call.limit));
    const authorization = guard.authorize(target);
    if (!(authorization instanceof Promise))
      return setAuthorization(request, authorization, target.authorization);
    return authorization.then((value) => setAuthorization(request, value, undefined));
  }

  function beginCall(init: CallOptions): void {
    calls.begin(init);
    const fetch = guarded(init.fetch, init);
    // With an accessor every copy that ky makes of the options is slow, and most chains have no later init hook.
    if (init.hooks?.init?.at(-1) === beginCall) {
      init.fetch = fetch;
      // Nothing would be waited for: the guard does it all.
      if (isPlain(init) && guard.holdsToken()) init.hooks = { ...init.hooks, beforeRequest: [] };
      return;
    }
    init[chosen] = fetch;
    Object.defineProperty(init, 'fetch', chosenFetch);
  }

  const beforeRequest: BeforeRequestHook = ({ request, options }) => {
    const call = calls.read(options);
    call.limit = options.retry.limit;
    call.built = builtRequest(request, options, call.atCall);
    return injectEarly(request, call);
  };

  const beforeRetry: BeforeRetryHook = ({ request, error, options }) => {
    const call = calls.read(options);
    const replaced = 'customRequest' in error && error.customRequest !== undefined;
    if (call.built && call.intact && !replaced) call.built = { ...call.built, request };
    return injectEarly(request, call);
  };

  /** Whether nobody but the guard would see a header that is set early, and there is no body to keep. */
  function isPlain({ body, json, context, hooks = {} }: Options): boolean {
    const only = <T>(list: T[] | undefined, hook: T) => list?.length === 1 && list[0] === hook;
    return (
      (body ?? json ?? context?.['auth']) === undefined &&
      only(hooks.beforeRequest, beforeRequest) &&
      only(hooks.beforeRetry, beforeRetry) &&
      !hooks.afterResponse?.length &&
      !hooks.beforeError?.length
    );
  }

  return (parent) => ({
    // Calls that have lost the hooks come here with nothing but a request.
    fetch: guarded(parent.fetch, {}),
    hooks: {
      init: [beginCall],
      beforeRequest: [beforeRequest],
      beforeRetry: [beforeRetry],
      ...(options.audit && {
        afterResponse: [
          ({ request, response, options: answered }) => {
            const call = calls.read(answered);
            const fromWire = response.url !== '';
            if (fromWire && !call.guarded && call.auth !== false) {
              throw new HeaderNotInjectedError({ origin: new URL(request.url).origin });
            }
          },
        ],
      }),
    },
  });
}

function targetOf(request: Request, call: KyCall, replayable: boolean): Target {
  const { url, method, signal, headers } = request;
  return { url, method, signal, authorization: headers.get('authorization'), call, replayable };
}

function attemptOf(
  request: Request,
  call: KyCall,
  replay: Replay | undefined,
  fetch: (request: Request) => Promise<Response>,
): Attempt {
  call.guarded = true;
  call.intact = call.built?.request === request;
  const first = targetOf(request, call, replay !== undefined);
  let current: string | null | undefined = first.authorization;
  let sent = false;
  return {
    ...first,
    settle() {
      current = undefined;
    },
    send(authorization) {
      const target = sent && replay ? replay.request() : request;
      setAuthorization(target, authorization, sent ? undefined : current);
      sent = true;
      return fetch(target);
    },
    release: replay?.discard,
  };
}

/** `current` is what it bears, where that was read just now: headers are slow to ask. */
function setAuthorization(
  request: Request,
  authorization: string | null | undefined,
  current: string | null | undefined,
): undefined {
  if (authorization === undefined || authorization === current) return;
  if (authorization === null) request.headers.delete('authorization');
  else request.headers.set('authorization', authorization);
}
