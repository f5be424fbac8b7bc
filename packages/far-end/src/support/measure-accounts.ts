import process from 'node:process';
import { setImmediate as immediate } from 'node:timers/promises';
import { createAccounts } from '@everbearer/core';
import { STRICT_PROFILE, type TokenBackend } from '@everbearer/core/contract';

/*
 * What accounts cost beside their tokens, in a process of its own with `--expose-gc`. Prints one line of JSON.
 * Arguments: how many, and how many of them are kept at hand.
 */

const [many = 0, maxLive = 0] = process.argv.slice(2).map(Number);
const { gc } = globalThis as { gc?: () => void };
if (!gc || !(many > 0)) throw new Error('Run it with --expose-gc and two numbers of accounts.');

function usedNow(): number {
  for (let run = 0; run < 4; run++) gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A string of its own memory; parts of longer ones would share theirs. */
const text = (prefix: string, n: number, length: number) =>
  Buffer.from(`${prefix}-${n}-`.padEnd(length, 'x')).toString('latin1');

const accessToken = (n: number) => text('at', n, 1_500);
const refreshToken = (n: number) => text('rt', n, 1_000);

/** Nothing is kept here, so that the process's memory is that of the accounts alone. */
const blackHole: TokenBackend = {
  capabilities: { cas: 'shared', durable: true, writable: true },
  load: async () => undefined,
  save: async () => 'v',
};

function tokensAlone(): number {
  const before = usedNow();
  const tokens: string[] = [];
  for (let n = 0; n < many; n++) tokens.push(accessToken(n), refreshToken(n));
  const used = usedNow() - before;
  return tokens.length > 0 ? used : 0;
}

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

const tokenBytes = tokensAlone();
const accounts = createAccounts({
  provider: {
    id: 'as',
    profile: STRICT_PROFILE,
    scopes: ['https://graph.example/Mail.Read', 'offline_access'],
    refresh: () => Promise.reject(new Error('Nothing is renewed here.')),
  },
  backend: blackHole,
  maxLive,
});
const before = usedNow();
for (let n = 0; n < many; n++) {
  await accounts.for(`user-${n}@example.com`).signIn({
    accessToken: accessToken(n),
    refreshToken: refreshToken(n),
    expiresAt: Date.now() + 3_600_000,
  });
  // Elsewhere a sign-in takes turns of the event loop. In a single one, nothing that is weakly held can go.
  await immediate();
}
const bytes = usedNow() - before - tokenBytes;
const first = await accounts.for('user-0@example.com').getToken();
console.log(
  JSON.stringify({
    accounts: many,
    bytesEach: Math.round(bytes / many),
    tokenBytesEach: Math.round(tokenBytes / many),
    timers: timers(),
    stillHeld: first.token === accessToken(0),
  }),
);
