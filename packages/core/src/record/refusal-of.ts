import type { CredentialRecord } from './credential-record.ts';
import type { StoredRefusal } from './stored-refusal.ts';

/** Whether a record waits for a sign-in and for nothing else: its refresh token was refused for good, or is gone. */
export function isFinal({ state, reason }: Pick<CredentialRecord, 'state' | 'reason'>): boolean {
  return state === 'signed_out' || (state !== 'active' && reason !== 'interaction_required');
}

/** The refusal that concerns this scope: its own, or one of the client or the whole session. */
export function refusalOf(record: CredentialRecord | undefined, scope: string): StoredRefusal | undefined {
  if (!record) return undefined;
  return Object.hasOwn(record.refused, scope) ? record.refused[scope] : record.refusal;
}
