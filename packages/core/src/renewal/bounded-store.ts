import { abortable, endWait } from '../abortable.ts';
import type { Clock } from '../clock.ts';
import { TokenBackendError } from '../errors/token-backend-error.ts';
import type { CredentialStore } from '../record/record-store.ts';

/** How long is waited for a store. */
export interface StoreBounds {
  clock: Clock;
  /** How long the store has for one answer, in milliseconds. */
  patienceMs: number;
  /** Ends all waiting for the store, when no answer of it is needed any more. */
  abandoned: AbortSignal;
}

/**
 * A store whose answers are waited for within a limit: a call without an answer fails like a call with an error. Its
 * outcome is unknown then, and the store is looked at again.
 */
export interface BoundedStore extends CredentialStore {
  /** The same for work that no caller waits for: the process may end meanwhile. */
  readonly inBackground: CredentialStore;
}

export function boundedStore(store: CredentialStore, bounds: StoreBounds): BoundedStore {
  return { ...bounded(store, bounds, true), inBackground: bounded(store, bounds, false) };
}

function bounded(store: CredentialStore, bounds: StoreBounds, ref: boolean): CredentialStore {
  return {
    ...store,
    load: () => answered('token backend', 'load', store.load, bounds, ref),
    save: (...given) => answered('token backend', 'save', () => store.save(...given), bounds, ref),
  };
}

/**
 * What this call of a store resolves to.
 * @param ref - whether the process may not end meanwhile
 * @throws {TokenBackendError} `unavailable`, when it does not answer in time
 */
export async function answered<T>(
  whose: 'token backend' | 'seed',
  what: 'load' | 'save',
  call: () => Promise<T>,
  { clock, patienceMs, abandoned }: StoreBounds,
  ref: boolean,
): Promise<T> {
  const settled = new AbortController();
  const silence = clock.sleep(patienceMs, { signal: settled.signal, ref }).then(() => {
    throw noAnswer(`${whose} has not answered a ${what}`, patienceMs);
  });
  silence.catch(() => undefined);
  try {
    return await abortable(Promise.race([call(), silence]), abandoned);
  } finally {
    endWait(settled);
  }
}

function noAnswer(what: string, patienceMs: number): TokenBackendError {
  return new TokenBackendError({
    code: 'unavailable',
    message: `The ${what} within ${Math.round(patienceMs / 1000)} s. Check that its store can be reached; the tokens in memory are kept.`,
  });
}
