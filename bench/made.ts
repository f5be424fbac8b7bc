import * as memory from '@everbearer/backends/memory';
import * as core from '@everbearer/core';
import { STRICT_PROFILE } from '@everbearer/core/contract';
import * as plugin from '@everbearer/ky-plugin';
import ky from 'ky';
import { baseline } from './baseline.ts';
import { median } from './row.ts';

/* What is made and not used yet: microseconds of processor time, and bytes that stay. Needs --expose-gc; prints JSON. */

export type Made = Record<string, { us: number; bytes: number }>;

const { gc } = globalThis as { gc?: () => void };
if (!gc) throw new Error('Run it with --expose-gc.');

const ROUNDS = 25;
const EACH = 300;
const KEPT = 5_000;

const provider = {
  id: 'bench',
  profile: STRICT_PROFILE,
  scopes: ['read'],
  refresh: () => Promise.reject(new Error('Nothing is renewed here.')),
};
const source = core.staticTokenSource('a'.repeat(1_500));
const options = { origins: ['https://api.example.com'] };
const api = ky.create({});

interface Build {
  core: Pick<typeof core, 'createTokenManager' | 'createAuthFetch'>;
  plugin: Pick<typeof plugin, 'bearerAuth'>;
  memory: typeof memory;
}

function subjectsOf({ core, plugin, memory }: Build): Record<string, () => unknown> {
  return {
    manager: () => core.createTokenManager({ provider, backend: memory.memoryBackend() }),
    bearerAuth: () => api.extend(plugin.bearerAuth(source, options)),
    authFetch: () => core.createAuthFetch(source, options),
  };
}

async function builtBefore(): Promise<Build> {
  const load = async <Module>(name: string) => (await import(baseline().resolve(name))) as Module;
  return {
    core: await load('@everbearer/core'),
    plugin: await load('@everbearer/ky-plugin'),
    memory: await load('@everbearer/backends/memory'),
  };
}

const before = Object.entries(subjectsOf(await builtBefore()));
const subjects: Record<string, () => unknown> = {
  extend: () => api.extend({ headers: { accept: 'application/json' } }),
  closure: () => (url: string) => fetch(url, options as RequestInit),
  ...subjectsOf({ core, plugin, memory }),
  ...Object.fromEntries(before.map(([name, make]) => [`${name} before`, make])),
};

const times = new Map(Object.keys(subjects).map((name) => [name, [] as number[]]));
for (let round = -3; round < ROUNDS; round++) {
  const drawn = Object.entries(subjects).map((entry) => ({ entry, lot: Math.random() }));
  for (const { entry } of drawn.toSorted((a, b) => a.lot - b.lot)) {
    const [name, make] = entry;
    gc();
    const began = process.cpuUsage();
    const kept: unknown[] = [];
    for (let n = 0; n < EACH; n++) kept.push(make());
    // What it leaves to other threads and to the next turns is its work as well.
    await new Promise((resolve) => setTimeout(resolve, 2));
    const { user, system } = process.cpuUsage(began);
    if (round >= 0) times.get(name)?.push((user + system) / EACH);
  }
}

const held: unknown[] = [];
async function bytesOf(make: () => unknown): Promise<number> {
  const kept: unknown[] = Array.from({ length: KEPT });
  held.push(kept);
  const begun = await usedNow();
  for (let n = 0; n < KEPT; n++) kept[n] = make();
  const bytes = ((await usedNow()) - begun) / KEPT;
  kept.length = 0;
  return Math.round(bytes);
}

async function usedNow(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  for (let run = 0; run < 3; run++) gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const made: Made = {};
for (const [name, make] of Object.entries(subjects))
  made[name] = { us: median(times.get(name) ?? []), bytes: await bytesOf(make) };
console.log(JSON.stringify(made));
process.exit();
