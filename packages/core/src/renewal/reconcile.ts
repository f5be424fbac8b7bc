import type { CredentialRecord } from '../record/credential-record.ts';
import { relationOf } from '../record/record-relation.ts';
import type { CredentialStore, StoredRecord } from '../record/record-store.ts';
import type { RenewalContext } from './renewal-context.ts';

/** What the store holds, as new as anything this process knows. */
export interface Reconciled {
  record: CredentialRecord | undefined;
  version: string | undefined;
}

type ReconcileParts = Pick<RenewalContext, 'memory' | 'repair' | 'emit'> & {
  readonly store: CredentialStore;
};

/**
 * Looks at the store, holds what is there against what this process knows, and takes over the newer. Undefined:
 * look again; the store had lost something and was given back the newest that is at hand, or was overtaken.
 * @throws {TokenBackendError}
 */
export async function reconcile(
  { memory, store, repair, emit }: ReconcileParts,
  load: () => Promise<StoredRecord> = store.load,
): Promise<Reconciled | undefined> {
  const knownBefore = memory.known;
  const { record, version, recovered } = await load();
  const { known } = memory;
  const wentBack = (from: CredentialRecord | undefined) =>
    relationOf(record, from, store.durable) === 'went_back';
  const newest = wentBack(known) ? known : recovered ? record : undefined;
  if (newest) {
    // Newer than what was saved here while I looked: overtaken, not lost.
    if (!recovered && !wentBack(knownBefore)) return undefined;
    repair.begin();
    const repaired = await store.save(repair.putBack(newest), version);
    if (repaired) {
      memory.adopt(repaired);
      emit({ type: 'repaired' });
    }
    return undefined;
  }
  if (!record) {
    memory.forget();
    return { record: undefined, version };
  }
  repair.mended();
  if (memory.adopt(record) && known) emit({ type: 'adopted' });
  return { record, version };
}
