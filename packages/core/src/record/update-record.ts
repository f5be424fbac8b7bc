import type { WholeClock } from '../clock.ts';
import { endlessConflicts, MOST_CONFLICTS, waitAfter } from './conflict-pause.ts';
import type { CredentialRecord } from './credential-record.ts';
import type { CredentialStore, StoredRecord } from './record-store.ts';

/** Where a record is kept, and what remembers it here. */
export interface RecordHome {
  readonly store: CredentialStore;
  readonly memory: {
    readonly newest: CredentialRecord | undefined;
    adopt(record: CredentialRecord): unknown;
  };
  readonly clock: WholeClock;
}

/**
 * Load, change, compare-and-save; once more whenever another process saved in between. Resolves to the record as saved,
 * which memory holds by then, or to undefined when `change` returns nothing to save. Where the session changes, older
 * texts in the store are erased; where it goes on, they stay.
 * @throws {TokenBackendError} when the store fails, or when other processes saved first each time
 */
export async function updateRecord(
  { store, memory, clock }: RecordHome,
  change: (stored: CredentialRecord | undefined, found: StoredRecord) => CredentialRecord | undefined,
  load: () => Promise<StoredRecord> = store.load,
): Promise<CredentialRecord | undefined> {
  for (let conflicts = 0; conflicts < MOST_CONFLICTS; conflicts++) {
    await waitAfter(conflicts, clock);
    const found = await load();
    const { record, version } = found;
    const next = change(record, found);
    if (!next) return undefined;
    // Into a store that lost it goes the session that is known here.
    const before = record ?? memory.newest;
    const saved = await store.save(next, version, { eraseOlder: before?.family !== next.family });
    if (!saved) continue;
    memory.adopt(saved);
    return saved;
  }
  throw endlessConflicts();
}
