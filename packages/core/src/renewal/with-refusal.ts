import type { CredentialRecord } from '../record/credential-record.ts';
import { MOST_REFUSED } from '../record/limits.ts';
import type { EndpointFault, PauseGrowth, RefusalReach } from './refusal-table.ts';
import { refusedAgain } from './refused-again.ts';
import type { RenewalContext } from './renewal-context.ts';

export type PauseParts = Pick<RenewalContext, 'clock' | 'memory' | 'refusals'>;

/** What was refused, and how its pause grows. */
export interface RefusalTerms {
  error: EndpointFault;
  growth: PauseGrowth;
  /** The scope that was asked for. */
  asked: string;
  reach: RefusalReach;
}

/** The record with a refusal in it that passes: until its pause is over no process asks. */
export function withRefusal(
  { clock, memory, refusals }: PauseParts,
  record: CredentialRecord,
  { error, growth, asked, reach }: RefusalTerms,
): CredentialRecord {
  const now = clock.now();
  const before = reach === 'scope' ? record.refused[asked] : record.refusal;
  const leftMs = memory.leftOf(before);
  const refusal = refusedAgain(before, { error, growth, leftMs, now, random: clock.random() });
  refusals.refused(asked, refusal.notBefore - now);
  if (reach !== 'scope') return { ...record, refusal };
  const others = Object.entries(record.refused).filter(([other]) => other !== asked);
  return { ...record, refused: Object.fromEntries([[asked, refusal], ...others].slice(0, MOST_REFUSED)) };
}
