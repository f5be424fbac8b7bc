import type { TokenBackend } from '../contract/token-backend.ts';
import type { TokenSet } from '../contract/token-provider.ts';
import { AuthError } from '../errors/auth-error.ts';
import { TokenBackendError } from '../errors/token-backend-error.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import { fingerprint } from '../record/digest.ts';
import { watchKey } from '../record/watch-key.ts';
import { parseSeedText } from './seed-text.ts';

/** A credential to begin with, from an environment variable or a mounted secret. */
export interface SeedCredential {
  /** Differs from seed to seed, and does not reveal the seed. */
  id: string;
  tokens: TokenSet;
}

/** A seed in use by one manager. It is read again at each call: a mounted secret may change under the process. */
export interface OpenSeed {
  /** @throws {TokenBackendError} when there is one that cannot be read; the content is never quoted */
  read(): Promise<SeedCredential | undefined>;
  /**
   * The seed, if this record has not seen it. A living session goes on without one that cannot be read.
   * @throws {TokenBackendError} as `read`, when there is no record to go on with
   */
  fresh(record: CredentialRecord | undefined): Promise<SeedCredential | undefined>;
  /** The client is set up wrongly: not tried again until the seed changes or the process restarts. */
  setAside(id: string, error: AuthError): void;
  /** Where it is read from, by name or path; undefined where there is none to read. */
  readonly place: string | undefined;
  /** Why the seed that is there was set aside. */
  readonly fault: AuthError | undefined;
  /** Why what is there could not be read, the last time it was looked at. */
  readonly unreadable: AuthError | undefined;
  /** Calls `hint` when the seed may have changed, where its backend can tell; returns the function that ends it. */
  watch(hint: () => void): () => void;
}

/** Waits for a load, and not without end. */
export type InTime = <T>(load: () => Promise<T>) => Promise<T>;

export function openSeed(
  backend: TokenBackend,
  recordKey: Promise<string>,
  onWatchFault: (what: string) => void,
  inTime: InTime,
): OpenSeed {
  let last: { data: string; seed: SeedCredential } | undefined;
  let aside: { id: string; error: AuthError } | undefined;
  let unreadable: AuthError | undefined;

  async function read(): Promise<SeedCredential | undefined> {
    const data = await loadText(backend, await recordKey, inTime);
    if (data === undefined) return undefined;
    if (last?.data !== data) last = { data, seed: await credentialIn(data, backend.location) };
    return last.seed;
  }

  return {
    read,
    place: backend.location ?? 'the seed',
    async fresh(record) {
      try {
        const seed = await read();
        unreadable = undefined;
        if (seed?.id !== aside?.id) aside = undefined;
        return !seed || aside || record?.seedIds.includes(seed.id) ? undefined : seed;
      } catch (error) {
        if (error instanceof AuthError) unreadable = error;
        if (record) return undefined;
        throw error;
      }
    },
    setAside(id, error) {
      aside = { id, error };
    },
    get fault() {
      return aside?.error;
    },
    get unreadable() {
      return unreadable;
    },
    watch: (hint) => watchKey(backend, recordKey, hint, onWatchFault),
  };
}

async function loadText(backend: TokenBackend, key: string, inTime: InTime): Promise<string | undefined> {
  try {
    const data: unknown = (await inTime(async () => backend.load(key)))?.data;
    if (data === undefined || typeof data === 'string') return data;
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    throw new TokenBackendError({
      code: 'unavailable',
      message: 'The seed cannot be read. Check where it comes from.',
      cause,
    });
  }
  throw new TokenBackendError({
    code: 'damaged',
    message: 'The seed is not a text. Check where it comes from: load() must resolve to { data, version }.',
  });
}

async function credentialIn(text: string, place: string | undefined): Promise<SeedCredential> {
  const tokens = parseSeedText(text, place);
  return { id: await fingerprint(tokens.refreshToken ?? (tokens.accessToken as string)), tokens };
}
