import { stat } from 'node:fs/promises';
import type { Seed, TokenStatus } from '@everbearer/core';
import { quoted } from '../print/status-words.ts';
import { amiss, type Finding, sound } from './finding.ts';

/** Whether the credential that an account begins with can be read, and whether it is newer than what is stored. */
export async function seedFinding(seed: Seed, { account, signedInAt }: TokenStatus): Promise<Finding[]> {
  const name = `seed of ${account}`;
  const checks: Finding[] = (await seed.backend.check?.()) ?? [];
  const wrong = checks.filter(({ ok }) => !ok).map((check) => ({ ...check, name: `${name}: ${check.name}` }));
  if (wrong.length > 0) return wrong;
  const changedAt = await changeOf(seed.backend.location);
  if (changedAt === undefined || signedInAt === undefined || changedAt <= signedInAt)
    return [sound(name, 'It can be read.')];
  const detail =
    'It is newer than the sign-in that is stored. It is tried at the next renewal, and until then the older one is used.';
  return [amiss(name, detail, `everbearer renew --account ${quoted(account)}`)];
}

/** When a mounted secret was written; undefined for a variable. */
async function changeOf(location: string | undefined): Promise<number | undefined> {
  if (!location?.startsWith('/')) return undefined;
  return stat(location).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}
