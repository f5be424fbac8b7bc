import type { TokenStatus } from '@everbearer/core';
import type { LoadedConfig } from '../config/loaded-config.ts';

/** Whether nothing is stored for an account yet, and its first call will begin with a seed that can be read. */
export async function seedWaits(
  { seed }: Pick<LoadedConfig, 'seed'>,
  { account, state, reason }: TokenStatus,
): Promise<boolean> {
  if (state !== 'reauthorization_required' || reason !== 'no_credential') return false;
  const checks = (await seed?.(account)?.backend.check?.()) ?? [];
  return checks.length > 0 && checks.every(({ ok }) => ok);
}
