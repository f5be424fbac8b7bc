import { AuthError } from '@everbearer/core';
import type { BackendCheck, TokenBackend } from '@everbearer/core/contract';
import { failed, passed } from '../finding.ts';
import type { KeyRing } from './key-ring.ts';
import type { Unseal } from './unseal.ts';

/** Enough to see which keys are in use; a store may hold a hundred thousand. */
const MOST_RECORDS = 1_000;

interface Findings {
  /** Records by the kid of their seal. */
  sealed: Map<string, number>;
  unsealed: number;
  /** Records that do not open, by the reason. */
  faults: Map<string, number>;
}

/** With which keys the records are sealed. Nothing is said of a backend that cannot list them. */
export async function checkSeals(
  backend: TokenBackend,
  ring: KeyRing,
  unseal: Unseal,
): Promise<BackendCheck[]> {
  if (!backend.list) return [];
  const findings: Findings = { sealed: new Map(), unsealed: 0, faults: new Map() };
  let looked = 0;
  for await (const key of backend.list()) {
    if (looked++ >= MOST_RECORDS) break;
    await look(backend, key, unseal, findings);
  }
  const limit = looked > MOST_RECORDS ? ` Only the first ${MOST_RECORDS} were looked at.` : '';
  return [sealCheck(findings, (await ring.first).kid, limit)];
}

async function look(backend: TokenBackend, key: string, unseal: Unseal, findings: Findings): Promise<void> {
  try {
    const stored = await backend.load(key);
    if (!stored) return;
    const { kid } = await unseal(key, stored);
    if (kid === undefined) findings.unsealed++;
    else count(findings.sealed, kid);
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    count(findings.faults, error.message);
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function sealCheck({ sealed, unsealed, faults }: Findings, first: string, limit: string): BackendCheck {
  const bySeal = [...sealed].map(([kid, records]) => `${records} sealed with "${kid}"`);
  const parts = unsealed > 0 ? [...bySeal, `${unsealed} not sealed`] : bySeal;
  for (const [fault, records] of faults) parts.push(`${records} cannot be used (${fault})`);
  const ok = unsealed === 0 && faults.size === 0;
  const olderKeys = [...sealed.keys()].some((kid) => kid !== first);
  const older = olderKeys ? ' What an older key sealed is sealed with this one at its next save.' : '';
  const detail = `Records: ${parts.join(', ') || 'none'}. New seals are made with "${first}".${older}${limit}`;
  return ok ? passed('seals', detail) : failed('seals', detail, remedyFor(faults.size > 0));
}

function remedyFor(faulty: boolean): string {
  return faulty
    ? 'Do what the message of each says.'
    : 'Renew each account once, which seals its record; then take `acceptPlaintext` out.';
}
