import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fileBackend } from '@everbearer/backends/file';
import { createTokenManager } from '@everbearer/core';
import { type FarEnd, startFarEnd } from '@everbearer/far-end';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { oauth2 } from '@everbearer/providers/oauth2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ShortLifeConfig } from '../src/short-life-process.ts';

/* Programs that end right after their call, on a strict server that answers after they have gone: the session lives. */

let farEnd: FarEnd;
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'short-'));
  // Long enough for a process to end before the answer comes.
  farEnd = await startFarEnd({ authorizationServer: { latencyMs: 100 }, mailApi: { messages: 1 } });
});
afterAll(async () => {
  await farEnd.stop();
  await rm(root, { recursive: true, force: true });
});

const main = fileURLToPath(new URL('../src/short-life-process.ts', import.meta.url));

function open(directory: string) {
  const { tokenEndpoint, clientId } = farEnd;
  const provider = oauth2({ tokenEndpoint, clientId, scopes: ['Mail.Read'] });
  return createTokenManager({ provider, backend: fileBackend({ directory }) });
}

/** Somebody signed in with a token of this life. The process runs; what it printed, and how long it took after that. */
async function run(end: ShortLifeConfig['end'], lifeMs: number) {
  const directory = await mkdtemp(join(root, 'store-'));
  const { tokenEndpoint, clientId, apiUrl } = farEnd;
  const reply = await farEnd.control.signIn();
  const tokens = open(directory);
  await tokens.signIn({
    accessToken: String(reply.access_token),
    refreshToken: String(reply.refresh_token),
    expiresAt: Date.now() + lifeMs,
  });
  await tokens.close();
  const config: ShortLifeConfig = { directory, tokenEndpoint, clientId, apiUrl, end };
  const env = { ...process.env, SHORT_LIFE: JSON.stringify(config) };
  const { stdout } = await promisify(execFile)(process.execPath, [...SOURCE_OPTIONS, main], { env });
  return { directory, lines: stdout.trim().split('\n') };
}

/** The same, for a process that is to find its token about to end: one that began too late for that has a longer life the next time. */
async function runExpiring(end: ShortLifeConfig['end'], lifeMs: number) {
  for (let life = lifeMs; ; life *= 2) {
    const ran = await run(end, life);
    if (ran.lines[0] !== 'expired' || life > 4 * lifeMs) return ran;
  }
}

/** What the next process makes of the session. */
async function nextRenewal(directory: string): Promise<string> {
  await using tokens = open(directory);
  return await tokens.renew().then(
    () => 'renewed',
    ({ code }: { code: string }) => code,
  );
}

test.concurrent('20 processes that end right after their first call: each session lives', {
  timeout: 120_000,
}, async () => {
  const outcomes: string[] = [];
  const worker = async () => {
    for (let round = 0; round < 2; round++) {
      const { directory, lines } = await runExpiring('exit', 6_000);
      outcomes.push(`${lines.join(' ')}: ${await nextRenewal(directory)}`);
    }
  };
  await Promise.all(Array.from({ length: 10 }, worker));
  expect(outcomes).toEqual(Array(20).fill('expiring 200: renewed'));
});

test.concurrent('5 processes whose later call begins a renewal, and that await close(): each session lives', {
  timeout: 60_000,
}, async () => {
  const runs = Array.from({ length: 5 }, async () => {
    const { directory, lines } = await runExpiring('close', 12_000);
    return `${lines.join(' ')}: ${await nextRenewal(directory)}`;
  });
  expect(await Promise.all(runs)).toEqual(Array(5).fill('expiring 200 200: renewed'));
});

test.concurrent.each(['broken', 'silent'] as const)(
  'close() over a store that is %s says what was lost, and lets the process end',
  async (end) => {
    const begunAt = performance.now();
    const { lines } = await run(end, 3_600_000);
    expect(lines).toEqual([expect.stringMatching(/^TokenBackendError: The newest tokens were not saved/)]);
    expect(performance.now() - begunAt).toBeLessThan(15_000);
  },
);
