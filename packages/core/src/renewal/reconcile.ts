import { newestToken } from '../record/access-tokens.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import { relationOf } from '../record/record-relation.ts';
import type { CredentialStore, StoredRecord } from '../record/record-store.ts';
import { oldTokensDie } from './old-tokens-die.ts';
import type { RenewalContext } from './renewal-context.ts';

type ReconcileParts = Pick<RenewalContext, 'memory' | 'provider' | 'repair' | 'emit'> & {
  readonly store: CredentialStore;
};

/** What the store holds, as new as anything this process knows. */
export interface Reconciled {
  record: CredentialRecord | undefined;
  version: string | undefined;
  /**
   * What tells whether a seed is new: the record, and where it was lost, not deleted, what was known of it, if an old refresh
   * token may be spent.
   */
  seen: CredentialRecord | undefined;
}

/**
 * Looks at the store, compares what is there with what this process knows, and takes over the newer. Where nothing is
 * stored, that is a removal: what was known is neither used nor written back. But it is remembered, and compared with
 * what appears there next. Undefined: look again; the store had lost something and was given back the newest that is at
 * hand, or was overtaken.
 * @throws {TokenBackendError}
 */
export async function reconcile(
  { memory, provider, store, repair, emit }: ReconcileParts,
  load: () => Promise<StoredRecord> = store.load,
): Promise<Reconciled | undefined> {
  const knownBefore = memory.newest;
  const { record, version, recovered, deleted } = await load();
  const known = memory.newest;
  const wentBack = (from: CredentialRecord | undefined) =>
    relationOf(record, from, store.durable || deleted) === 'went_back';
  const newest = wentBack(known) ? known : recovered ? record : undefined;
  if (newest) {
    // Newer than what was saved here while I looked: overtaken, not lost.
    if (!recovered && !wentBack(knownBefore)) return undefined;
    const repaired = await store.save(repair.putBack(newest), version);
    if (repaired) {
      memory.adopt(repaired);
      emit({ type: 'repaired' });
    }
    return undefined;
  }
  if (!record) {
    // Saved here while I looked: it is there by now.
    if (known !== knownBefore) return undefined;
    memory.setAside();
    return { record, version, seen: !deleted && oldTokensDie(provider) ? known : undefined };
  }
  repair.mended();
  if (memory.adopt(record) && known) emit({ type: 'adopted' }, newestToken(record));
  return { record, version, seen: record };
}
