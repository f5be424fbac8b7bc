import type { BackendCheck } from '@everbearer/core/contract';
import { passed } from '../finding.ts';
import type { KeyRing } from './key-ring.ts';

/** Where the keys are from. Nothing is said of keys that do not say so themselves. */
export async function checkSources(ring: KeyRing): Promise<BackendCheck[]> {
  const sources = await ring.sources();
  if (sources.length === 0) return [];
  return [passed('keys', sources.map(({ kid, source }) => `"${kid}" is from ${source}.`).join(' '))];
}
