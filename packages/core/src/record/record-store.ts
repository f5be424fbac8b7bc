import type { Clock } from '../clock.ts';
import type { SaveOptions, StoredText, TokenBackend } from '../contract/token-backend.ts';
import { AuthError } from '../errors/auth-error.ts';
import { TokenBackendError } from '../errors/token-backend-error.ts';
import { type CredentialRecord, damagedRecord, parseRecord, serializeRecord } from './credential-record.ts';
import { readLease, withLease } from './lease-note.ts';
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
   * What was stored when this process last loaded or saved it, if that is known. It may have changed since: a save over its
   * version tells.
   */
  seen(): StoredRecord | undefined;
  /** Whether this version is no news: the last that was seen, or the one before that. */
  knows(version: string): boolean;
  /**
   * Saves if the stored version is still `expected`. Resolves to the record as stored, or undefined on a conflict. The
   * tombstone of a sign-out always erases what is older, wherever it is saved from.
   * @throws {TokenBackendError} when it is not stored; or when the tombstone is, and something older could not be erased
   */
  save(
    record: CredentialRecord,
    expected: string | undefined,
    options?: RecordSaveOptions,
  ): Promise<CredentialRecord | undefined>;
  watch(hint: (version?: string) => void): () => void;
}

export interface RecordSaveOptions extends Omit<SaveOptions, 'note' | 'reserveBytes'> {
  /** How many bytes more the next save may have, for which space is held now. */
  growsBy?: number | undefined;
  /** The record as it is stored, where nothing but its lease is to change. */
  besidesLease?: CredentialRecord | undefined;
}

export function createCredentialStore(
  backend: TokenBackend,
  recordKey: Promise<string>,
  newId: () => string,
  account: string,
  onWatchFault: (what: string) => void,
  clock: Pick<Clock, 'now'>,
  { known: record, version }: { known?: CredentialRecord; version?: string | undefined } = {},
): CredentialStore {
  const sight = createSight();
  if (version) sight.note({ record, version, recovered: false, deleted: false });

  async function load(): Promise<StoredRecord> {
    sight.now = undefined;
    const stored = await attempt('load', async () => backend.load(await recordKey));
    if (!stored)
      return { record: undefined, version: undefined, recovered: false, deleted: await isDeleted() };
    const { version, recovered = false } = stored;
    const record = readRecord(stored, account, clock.now());
    return sight.note({ record, version, recovered, deleted: false });
  }

  const isDeleted = () => attempt('load', async () => (await backend.wasDeleted?.(await recordKey)) ?? false);

  return {
    durable: backend.capabilities.durable,
    load,
    seen: () => sight.now,
    knows: sight.knows,
    async save(record, expected, { besidesLease, growsBy, ...given } = {}) {
      const lease = sight.shows(besidesLease, expected) ? record.lease : undefined;
      sight.now = undefined;
      const stamped = lease ? withLease(record, lease) : { ...record, writeId: newId() };
      const data = serializeRecord(stamped);
      const isTombstone = record.state === 'signed_out';
      const note = lease && { note: JSON.stringify(lease) };
      const space = growsBy !== undefined && { reserveBytes: data.length + growsBy };
      const options = { ...given, ...space, ...(isTombstone && { eraseOlder: true }), ...note };
      const put = async (over: string | undefined) => {
        const version = await attempt('save', async () => backend.save(await recordKey, data, over, options));
        if (version !== undefined) sight.note({ record: stamped, version, recovered: false, deleted: false });
        return version;
      };
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

function readRecord({ data, version, note }: StoredText, account: string, now: number): CredentialRecord {
  const record = parseRecord(data, version);
  if (record.account !== account) throw damagedRecord('`account` is that of another record', version);
  return note === undefined ? record : withLease(record, readLease(note, version, now));
}

/** What was stored when it was last seen. */
function createSight() {
  let versions: readonly (string | undefined)[] = [];
  const sight = {
    now: undefined as StoredRecord | undefined,
    note(found: StoredRecord): StoredRecord {
      versions = [found.version, versions[0]];
      sight.now = found;
      return found;
    },
    /** Whether this very record was seen there, whole. */
    shows: (record: CredentialRecord | undefined, version: string | undefined) =>
      record && sight.now?.record === record && sight.now.version === version && !sight.now.recovered,
    knows: (version: string) => versions.includes(version),
  };
  return sight;
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
