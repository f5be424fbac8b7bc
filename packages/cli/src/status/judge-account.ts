import type { TokenStatus } from '@everbearer/core';
import type { LoadedConfig } from '../config/loaded-config.ts';
import { seedWaits } from '../session/seed-waits.ts';
import { type Judgement, judgeStatus, judgeUnused } from './judge-status.ts';

/** What a status means, where the set-up is known as well. */
export async function judgeAccount(
  setup: LoadedConfig,
  status: TokenStatus,
  warnDays: number,
): Promise<Judgement> {
  if (await seedWaits(setup, status)) return judgeUnused(status);
  return judgeStatus(status, warnDays, setup.provider.acquire === undefined);
}
