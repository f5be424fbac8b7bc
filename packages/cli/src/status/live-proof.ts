import { AuthError, ConfigurationError, createAuthFetch, type TokenManager } from '@everbearer/core';
import { parseChallenges } from '@everbearer/core/adapter';
import { networkCode } from '../doctor/network-finding.ts';
import { allows } from '../session/allowed-origins.ts';
import { errorStatus, shownError } from '../session/shown-error.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';

/** What a real call with the token showed. */
export interface LiveProof {
  /** Where it went: without its query, which may hold anything. */
  url: string;
  exit: ExitStatus;
  /** What came of it, and what to do where it is not good. */
  words: string;
  /** The status of the answer, where there was one. */
  httpStatus?: number | undefined;
  /** Why there was none. */
  code?: string | undefined;
  durationMs: number;
}

/** For the call, and all that it takes: a renewal, and a second call after a 401. */
const PATIENCE_MS = 30_000;

/** Where a call is to prove the token, and by which rules. */
export interface LiveCheck {
  url: URL;
  origins: readonly string[];
  signal: AbortSignal;
  /** How long it may take. Default 30 seconds. */
  patienceMs?: number | undefined;
}

/**
 * Reads `--live`, before anything is sent.
 * @throws {ConfigurationError} for what is no address, holds a password, or lies at no allowed origin
 */
export function liveUrlOf(text: string, origins: readonly string[]): URL {
  const url = URL.parse(text);
  const fault = (message: string) => new ConfigurationError({ option: '--live', message });
  if (!url || !/^https?:$/.test(url.protocol))
    throw fault('--live takes a whole address: https://HOST/PATH.');
  if (url.username || url.password)
    throw fault('--live takes an address without a name and a password: the token is the proof.');
  if (origins.length === 0)
    throw fault(
      `Say that the token may go there: --origin ${url.origin}, EVERBEARER_ORIGINS, or \`origins\` in the configuration.`,
    );
  if (!allows(origins, url.href))
    throw fault(
      `The token may not go to ${url.origin}: it is not among the origins ${origins.join(' ')}, or is not encrypted. Add it: --origin ${url.origin}`,
    );
  return url;
}

/** Proves the token of an account on a GET. It takes a bounded time, and every outcome is an answer. */
export async function liveProof(manager: TokenManager, check: LiveCheck): Promise<LiveProof> {
  const { url, origins, signal, patienceMs = PATIENCE_MS } = check;
  const patience = AbortSignal.timeout(patienceMs);
  const limit = AbortSignal.any([signal, patience]);
  const begunAt = performance.now();
  const place = { url: `${url.origin}${url.pathname}` };
  const took = () => ({ durationMs: Math.round(performance.now() - begunAt) });
  try {
    const send = createAuthFetch(manager, { origins });
    // A page to sign in at answers 200 to anybody: what is behind a redirect proves nothing.
    const response = await send(url, { signal: limit, redirect: 'manual' });
    await response.body?.cancel();
    const { status: httpStatus } = response;
    // The error of a renewal that did not help is the true cause.
    const verdict =
      httpStatus === 401 ? await ofRejection(response, manager, limit) : ofAnswer(response, url, manager);
    return { ...place, ...verdict, httpStatus, ...took() };
  } catch (error) {
    signal.throwIfAborted();
    const { exit, code, words } = patience.aborted ? lateAnswer(url, patienceMs) : ofFailure(error, url);
    return { ...place, exit, code, words, ...took() };
  }
}

type Verdict = Pick<LiveProof, 'exit' | 'words' | 'code'>;

/** What an answer says of the token. */
function ofAnswer({ status, headers }: Response, url: URL, manager: TokenManager): Verdict {
  const said = `the API answered ${status}`;
  if (status < 300) return { exit: EXIT.good, words: `${said}: the token works` };
  if (status < 400) {
    const target = URL.parse(headers.get('location') ?? '', url)?.origin ?? 'elsewhere';
    return { exit: EXIT.warning, words: `${said} and leads to ${target}, which proves nothing. ${ANOTHER}` };
  }
  if (status === 403) {
    const scopes = scopeWords(challengeOf(headers)?.scope, manager.peek()?.token);
    return {
      exit: EXIT.warning,
      words: `${said}: it takes the token, and does not allow this${scopes}. ${FORBIDDEN}`,
    };
  }
  if (status === 407 || status === 429 || status >= 500) {
    return { exit: EXIT.cannotTell, words: `${said}, which says nothing of the token. Try again later.` };
  }
  return {
    exit: EXIT.warning,
    words: `${said}, which proves nothing. ${ANOTHER}`,
  };
}

/** A 401 that nothing here can mend: the token was new already, or no other one can be had. */
async function ofRejection(
  { headers }: Response,
  manager: TokenManager,
  signal: AbortSignal,
): Promise<Verdict> {
  try {
    await manager.getToken({ signal });
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    const { code, message } = shownError(error);
    return {
      exit: errorStatus(error),
      code,
      words: `the API answered 401, and there is no other token: ${message}`,
    };
  }
  const error = challengeOf(headers)?.error;
  const words = `the API answered 401 to a token that is new${error ? ` (${error})` : ''}. ${REFUSED}`;
  return { exit: EXIT.warning, words };
}

const REFUSED =
  'A renewal does not mend that: see whether scopes and tenant are those of this API, and whether it is the right address.';
const ANOTHER = 'Choose an address that answers 200 to whoever may read it.';
const FORBIDDEN = 'Add the scope it asks for and sign in again, or ask its administrator.';

/** Codes of RFC 6750, 9449 and 9470, and of continuous access evaluation: no others are shown, since any word may be a secret. */
const ERRORS =
  /^(invalid_(token|request|dpop_proof)|insufficient_(scope|claims|user_authentication)|use_dpop_nonce)$/;

function challengeOf(headers: Headers): { error: string; scope: string | undefined } | undefined {
  for (const { scheme, params } of parseChallenges(headers.get('www-authenticate'))) {
    const { error, scope } = params;
    if (/^(bearer|dpop)$/.test(scheme) && error && ERRORS.test(error)) return { error, scope };
  }
  return undefined;
}

/** The scopes that an API wants, unless what it says is a piece of the token. */
function scopeWords(scope: string | undefined, token: string | undefined): string {
  const named = (scope ?? '').split(' ').filter((word) => /^[\w.:/-]{1,100}$/.test(word));
  const shown = named.filter((word) => word.length < 8 || !token?.includes(word)).slice(0, 10);
  return shown.length === 0 ? '' : ` without the scope ${shown.join(' or ')}`;
}

function lateAnswer({ host }: URL, patienceMs: number): Verdict {
  const words = `no answer of ${host} within ${patienceMs / 1_000} s, which says nothing of the token. Try again later.`;
  return { exit: EXIT.cannotTell, code: 'timeout', words };
}

function ofFailure(error: unknown, { host }: URL): Verdict {
  if (error instanceof AuthError) {
    const { code, message } = shownError(error);
    return { exit: errorStatus(error), code, words: `no call was made: ${message}` };
  }
  const code = networkCode(error);
  return {
    exit: EXIT.cannotTell,
    code,
    words: `${host} cannot be reached (${code}), which says nothing of the token. Check the address, the network and the proxy.`,
  };
}
