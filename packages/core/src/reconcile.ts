import type { CredentialRecord } from './credential-record.ts';
import type { StoredRecord } from './credential-store.ts';
import { relationOf } from './decisions.ts';
import type { RenewalContext } from './renewal-context.ts';

/** What the store holds, as new as anything this process knows. */
export interface Reconciled {
  record: CredentialRecord | undefined;
  version: string | undefined;
}

/**
 * Holds what is stored against what this process knows, and takes over the newer. Undefined: the store had lost
 * something and was given it back; look again.
 */
export async function reconcile(
  context: RenewalContext,
  { record, version, recovered }: StoredRecord,
): Promise<Reconciled | undefined> {
  const { memory, store, repair, clock, emit } = context;
  const { known } = memory;
  const relation = relationOf(record, known, store.durable);
  if (relation === 'went_back') {
    // A conflict: what I looked at is no longer there, so nothing was lost.
    const repaired = await store.save(
      putBack(known as CredentialRecord, clock.now(), repair.lengthMs),
      version,
    );
    if (repaired) {
      repair.begin();
      memory.adopt(repaired);
      emit({ type: 'repaired' });
    }
    return undefined;
  }
  if (recovered) repair.beginOnce(`recovered ${version}`);
  if (!record) {
    memory.forget();
    return { record: undefined, version };
  }
  if (!recovered) repair.mended();
  if (memory.adopt(record) && known) emit({ type: 'adopted' });
  return { record, version };
}

/** What I hold may not be the newest: the moment of repair stands in the record, so that nobody redeems it at once. */
function putBack(known: CredentialRecord, now: number, repairMs: number): CredentialRecord {
  const record = { ...known, lease: undefined };
  return repairMs > 0 ? { ...record, notBefore: Math.max(known.notBefore ?? 0, now + repairMs) } : record;
}
