import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Effect } from '../src/fault-plan.ts';
import { afterPowerCut, CUTS } from '../src/power-cut.ts';
import { type AllSaveFigures, runSaveFaults } from '../src/run-save-faults.ts';
import { killAtEveryStep } from '../src/save-kills.ts';

/* The short forms; `npm run campaign -- saves` tries every error at every step. */

let figures: AllSaveFigures;
beforeAll(async () => {
  figures = await runSaveFaults('short');
}, 120_000);

test('an error at each system call of each kind of save: a typed error or a stored text, never half of one', () => {
  const { steps, faults, outcomes, wrong } = figures.saves;
  expect(wrong).toEqual([]);
  for (const count of Object.values(steps)) expect(count).toBeGreaterThan(10);
  // Once and lasting, at each of them.
  expect(faults).toBe(2 * Object.values(steps).reduce((sum, count) => sum + count, 0));
  expect(Object.keys(outcomes).sort()).toEqual(['full', 'not_writable', 'stored', 'unavailable']);
});

test('a power cut after each system call leaves the old text or the new one, and never takes back what was acknowledged', () => {
  expect(figures.cuts.wrong).toEqual([]);
  expect(figures.cuts.cuts).toBeGreaterThan(100);
});

test('an error from a system call of a renewal on: found before the refresh token is spent, or saved when it is mended', () => {
  const { steps, faults, refusedBefore, savedLate, reuses, wrong } = figures.renewals;
  expect(wrong).toEqual([]);
  expect(faults).toBe(Math.ceil(steps / 4));
  expect(refusedBefore).toBeGreaterThan(0);
  expect(savedLate).toBeGreaterThan(0);
  expect(reuses).toBe(0);
});

test.each(['a lease', 'a commit'] as const)(
  'a kill before each system call of %s leaves what was there or what is new',
  async (kind) => {
    const { kills, wrong } = await killAtEveryStep(kind);
    expect(wrong).toEqual([]);
    expect(kills).toBeGreaterThan(10);
  },
);

test('a kill before each system call of a save that erases leaves the old text or the new one, and then nothing older', async () => {
  const { kills, wrong } = await killAtEveryStep('a save that erases, in the middle of a renewal');
  expect(wrong).toEqual([]);
  expect(kills).toBeGreaterThan(20);
});

/** What is left of one file after each kind of cut; undefined: nothing. */
function leftOf(effects: Effect[], path: string): (string | undefined)[] {
  const around = mkdtempSync(join(tmpdir(), 'power-cut-'));
  onTestFinished(() => rmSync(around, { recursive: true, force: true }));
  return CUTS.map((cut, index) => {
    const copy = join(around, String(index));
    mkdirSync(copy);
    afterPowerCut(effects, cut, '/disk', copy);
    try {
      return readFileSync(join(copy, path), 'utf8');
    } catch {
      return undefined;
    }
  });
}

test('the cut itself: data without fsync, names without fsync of their folder, and what has both', () => {
  const bytes = Buffer.from('text');
  const written: Effect[] = [
    { do: 'create', path: '/disk/draft' },
    { do: 'write', path: '/disk/draft', bytes, at: 0 },
  ];
  const linked: Effect = { do: 'link', path: '/disk/draft', target: '/disk/v.1' };
  const synced: Effect = { do: 'sync', path: '/disk/draft' };
  const named: Effect = { do: 'sync', path: '/disk' };
  // In the order of CUTS: everything, only what was synced, names without data, data without names.
  expect(leftOf([...written, linked], 'v.1')).toEqual(['text', undefined, '', undefined]);
  expect(leftOf([...written, linked, named], 'v.1')).toEqual(['text', '', '', 'text']);
  expect(leftOf([...written, synced, linked], 'v.1')).toEqual(['text', undefined, 'text', undefined]);
  expect(leftOf([...written, synced, linked, named], 'v.1')).toEqual(['text', 'text', 'text', 'text']);
});
