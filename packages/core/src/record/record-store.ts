import type { SaveOptions, TokenBackend } from '../contract/token-backend.ts';
import { AuthError } from '../errors/auth-error.ts';
import { TokenBackendError } from '../errors/token-backend-error.ts';
import { type CredentialRecord, damagedRecord, parseRecord, serializeRecord } from './credential-record.ts';
import { watchKey } from './watch-key.ts';

export interface StoredRecord {
  record: CredentialRecord | undefined;
  version: string | undefined;
  /** Read from an older version, behind damage. */
  recovered: boolean;
  /** There is none because it was deleted. False where that cannot be told from a loss. */
  deleted: boolean;
}

/** One record in one backend: text in and out, and the unknown outcome of a failed save made known. */
export interface CredentialStore {
  readonly durable: boolean;
  /** @throws {TokenBackendError} */
  load(): Promise<StoredRecord>;
  /**
   * Saves if the stored version is still `expected`. Resolves to the record as stored, or undefined on a conflict. The
   * tombstone of a sign-out always erases what is older, wherever it is saved from.
   * @throws {TokenBackendError} when it is not stored; or when the tombstone is, and something older could not be erased
   */
  save(
    record: CredentialRecord,
    expected: string | undefined,
    options?: SaveOptions,
  ): Promise<CredentialRecord | undefined>;
  watch(hint: () => void): () => void;
}

export function createCredentialStore(
  backend: TokenBackend,
  recordKey: Promise<string>,
  newId: () => string,
  account: string,
  onWatchFault: (what: string) => void,
): CredentialStore {
  async function load(): Promise<StoredRecord> {
    const stored = await attempt('load', async () => backend.load(await recordKey));
    if (!stored)
      return { record: undefined, version: undefined, recovered: false, deleted: await isDeleted() };
    const record = parseRecord(stored.data, stored.version);
    if (record.account !== account)
      throw damagedRecord('`account` is that of another record', stored.version);
    return { record, version: stored.version, recovered: stored.recovered ?? false, deleted: false };
  }

  const isDeleted = () => attempt('load', async () => (await backend.wasDeleted?.(await recordKey)) ?? false);

  return {
    durable: backend.capabilities.durable,
    load,
    async save(record, expected, given) {
      const stamped = { ...record, writeId: newId() };
      const data = serializeRecord(stamped);
      const isTombstone = record.state === 'signed_out';
      const options = isTombstone ? { ...given, eraseOlder: true } : given;
      const put = (over: string | undefined) =>
        attempt('save', async () => backend.save(await recordKey, data, over, options));
      let failure: unknown;
      try {
        if ((await put(expected)) !== undefined) return stamped;
      } catch (error) {
        failure = error;
      }
      // A conflict may be with my own write, sent twice by a client that reconnected.
      const found = await load().catch(() => undefined);
      const isStored = found?.record?.writeId === stamped.writeId;
      // The tombstone is stored, but older texts may be left: it is saved once more over itself, which fails if something older cannot be erased.
      if (isStored && isTombstone && failure) await put(found.version);
      if (isStored) return stamped;
      if (failure) throw failure;
      return undefined;
    },
    watch: (hint) => watchKey(backend, recordKey, hint, onWatchFault),
  };
}

/** Errors of ours pass; what a client library throws becomes `unavailable`, without its request and its secrets. */
async function attempt<T>(what: 'load' | 'save', work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    throw new TokenBackendError({
      code: 'unavailable',
      message: `The token backend failed to ${what}. Check that its store can be reached; the tokens in memory are kept.`,
      cause,
    });
  }
}

/** Faults worth retrying. */
export function isTransient(error: unknown): boolean {
  return error instanceof TokenBackendError && error.retryable;
}
