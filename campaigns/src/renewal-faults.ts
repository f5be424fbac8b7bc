import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileBackend } from '@everbearer/backends/file';
import { AuthError, createTokenManager, TokenEndpointError, type TokenManager } from '@everbearer/core';
import { STRICT_PROFILE, type TokenProvider } from '@everbearer/core/contract';
import { plan, systemError } from './fault-plan.ts';

export interface RenewalFaultFigures {
  steps: number;
  faults: number;
  /** Refused with a typed error, and the refresh token not spent. */
  refusedBefore: number;
  /** The fault came after the answer: the caller was served from memory, and the rotation saved once it could be. */
  savedLate: number;
  /** Renewed and stored in spite of the fault. */
  unharmed: number;
  slowestSaveMs: number;
  reuses: number;
  wrong: string[];
}

/** A lease that was stored in spite of the error is waited for: as short as it may be. */
const TIMING = { requestTimeoutMs: 750, leaseTtlMs: 1_500 };

/** Strict: a refresh token that was redeemed once is dead, and kills its family when it comes again. */
function strictProvider() {
  const counts = { refreshes: 0, reuses: 0, withoutLease: 0 };
  let current = 'rt-0';
  const provider = (hasLease: () => boolean): TokenProvider => ({
    id: 'https://as.example client',
    profile: { ...STRICT_PROFILE, rotates: true },
    scopes: ['read'],
    async refresh({ refreshToken }) {
      if (!hasLease()) counts.withoutLease++;
      if (refreshToken !== current) {
        counts.reuses++;
        throw new TokenEndpointError({ code: 'invalid_grant', status: 400 });
      }
      counts.refreshes++;
      current = `rt-${counts.refreshes}`;
      return {
        accessToken: `at-${counts.refreshes}`,
        refreshToken: current,
        expiresAt: Date.now() + 3_600_000,
      };
    },
  });
  return { counts, provider };
}

/** An error from each `stride`-th system call of a renewal on, until it is mended a moment later. */
export async function failRenewals(
  stride: number,
  errorsAt: (step: number) => readonly string[],
): Promise<RenewalFaultFigures> {
  let steps = 0;
  await renewOnce((number) => {
    steps = number;
    return undefined;
  });
  const figures: RenewalFaultFigures = {
    steps,
    faults: 0,
    refusedBefore: 0,
    savedLate: 0,
    unharmed: 0,
    slowestSaveMs: 0,
    reuses: 0,
    wrong: [],
  };
  for (let at = 1; at <= steps; at += stride) {
    for (const code of errorsAt(at)) {
      const { outcome, saveMs, reuses, wrong } = await renewOnce((number) =>
        number >= at ? code : undefined,
      );
      figures.faults++;
      figures[outcome]++;
      figures.reuses += reuses;
      figures.slowestSaveMs = Math.max(figures.slowestSaveMs, Math.round(saveMs));
      for (const what of wrong) figures.wrong.push(`${code} from ${at} on: ${what}`);
    }
  }
  return figures;
}

async function renewOnce(codeAt: (step: number) => string | undefined) {
  const directory = mkdtempSync(join(tmpdir(), 'renewal-'));
  const { counts, provider } = strictProvider();
  const newest = () => newestText(directory);
  const events: string[] = [];
  const strict = provider(() => newest().includes('"tookOver"'));
  const open = () =>
    createTokenManager({
      provider: strict,
      backend: fileBackend({ directory }),
      timing: TIMING,
      onEvent: ({ type }) => void events.push(type),
    });
  const manager = open();
  await manager.signIn({ accessToken: 'at-0', refreshToken: 'rt-0' });
  const wrong: string[] = [];
  const served = await renewWhile(codeAt, manager, wrong);
  const spent = counts.refreshes;
  const mendedAt = performance.now();
  if (spent > 0 && served !== 'at-1') wrong.push('the rotation did not reach its caller');
  if (spent > 0) await untilStored(newest, 'rt-1', wrong);
  const saveMs = spent > 0 ? performance.now() - mendedAt : 0;
  if (saveMs > 2_000) wrong.push(`saved only ${Math.round(saveMs)} ms after it was mended`);
  if (counts.withoutLease > 0) wrong.push('a refresh token was spent without a stored lease');
  await manager.close();
  await renewElsewhere(open, counts, wrong);
  rmSync(directory, { recursive: true, force: true });
  const outcome = spent === 0 ? 'refusedBefore' : events.includes('unsaved') ? 'savedLate' : 'unharmed';
  return { outcome, saveMs, reuses: counts.reuses, wrong } as const;
}

/** The token that a renewal brings its caller while system calls fail, if any. */
async function renewWhile(
  codeAt: (step: number) => string | undefined,
  manager: TokenManager,
  wrong: string[],
): Promise<string | undefined> {
  plan({
    before(step) {
      const code = codeAt(step.number);
      if (code) throw systemError(code, step);
    },
  });
  try {
    return (await manager.renew()).token;
  } catch (error) {
    if (!(error instanceof AuthError)) wrong.push(`an untyped error: ${String(error)}`);
    return undefined;
  } finally {
    plan({});
  }
}

async function untilStored(newest: () => string, text: string, wrong: string[]): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 10) {
    if (newest().includes(text)) return;
    await sleep(10);
  }
  wrong.push('the rotation was never saved');
}

/** A new process finds the newest refresh token, and only that. */
async function renewElsewhere(
  open: () => TokenManager,
  counts: { reuses: number },
  wrong: string[],
): Promise<void> {
  await using other = open();
  await other.renew().catch((error: unknown) => wrong.push(`the next renewal failed: ${String(error)}`));
  if (counts.reuses > 0) wrong.push('a spent refresh token was presented again');
}

function newestText(directory: string): string {
  const paths = globSync(join(directory, '*', 'v.*'));
  const numberOf = (path: string) => Number(path.slice(path.lastIndexOf('.') + 1));
  const newest = paths.sort((a, b) => numberOf(b) - numberOf(a))[0];
  return newest === undefined ? '' : readFileSync(newest, 'utf8');
}
