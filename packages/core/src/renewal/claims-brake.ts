import { TokenRejectedError } from '../errors/token-rejected-error.ts';
import { renewalFloorMs } from '../memory/token-timing.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import { MOST_REFUSED } from '../record/limits.ts';
import { claimsKey, type StoredRefusal } from '../record/stored-refusal.ts';
import type { Flight, RenewalContext } from './renewal-context.ts';

/*
 * A resource server that asks for other claims with each answer must not cost a renewal with each request. That claims were
 * asked for, and how often in a row, stands in the record, so that all processes share the pause; what was asked for
 * does not. `renew()` asks whatever the pause.
 */

/** Two servers may each have claims of their own at the same moment. */
const AT_ONCE = 2;
const LONGEST_PAUSE_MS = 5 * 60_000;

type Memory = Pick<RenewalContext['memory'], 'leftOf' | 'held'>;

/**
 * A renewal for claims is to begin.
 * @throws {TokenRejectedError} when others went before it only a moment ago
 */
export function passClaims({ leftOf }: Memory, record: CredentialRecord | undefined, scope: string): void {
  const before = record?.refused[claimsKey(scope)];
  if (before && before.failures >= AT_ONCE && leftOf(before) > 0)
    throw new TokenRejectedError({ message: OTHER_CLAIMS });
}

/** The record in which a renewal for claims is counted: the pause after it grows until it is quiet for as long. */
export function withClaimsAsked(
  { clock, memory }: { clock: RenewalContext['clock']; memory: Memory },
  record: CredentialRecord,
  { scope, reason }: Pick<Flight, 'scope' | 'reason'>,
): CredentialRecord {
  if (reason !== 'claims') return record;
  passClaims(memory, record, scope);
  const key = claimsKey(scope);
  const { [key]: before, ...others } = record.refused;
  const floorMs = renewalFloorMs(memory.held(scope)?.lifeMs);
  const asked = claimsAskedAgain(before, clock.now(), floorMs);
  const refused = Object.fromEntries([[key, asked], ...Object.entries(others)].slice(0, MOST_REFUSED));
  return { ...record, refused };
}

export function claimsAskedAgain(
  before: StoredRefusal | undefined,
  now: number,
  floorMs: number,
): StoredRefusal {
  const isCalm = !before || now >= before.notBefore + before.pauseMs;
  const count = isCalm ? 0 : before.failures;
  const pauseMs = Math.round(Math.min(floorMs * 2 ** Math.min(Math.max(count - 1, 0), 10), LONGEST_PAUSE_MS));
  return { code: 'claims', failures: count + 1, notBefore: now + pauseMs, pauseMs };
}

const OTHER_CLAIMS =
  'The token was renewed a moment ago for claims of the resource server, and now it asks for others. The next renewal for claims has to wait; compare its challenges.';
