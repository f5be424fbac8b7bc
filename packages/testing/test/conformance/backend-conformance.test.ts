import { TokenBackendError } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { backendConformance, type ConformanceStore } from '@everbearer/testing/backend-conformance';
import { describe, expect, test } from 'vitest';
import { type mapBackend, mapStore } from '../support/map-backend.ts';

describe('a right backend over a shared store', () => {
  backendConformance({ test, create: mapStore });
});

describe('a right backend that stands alone and is read-only', () => {
  const refuse = async () => {
    throw new TokenBackendError({
      code: 'not_writable',
      message: 'The store is read-only. Give it a writable one.',
    });
  };
  const capabilities = { cas: 'none', durable: true, writable: false } as const;
  const readOnly = true;
  backendConformance({
    test,
    readOnly,
    create: () => ({ capabilities, load: async () => undefined, save: refuse }),
  });
});

/** Runs the kit over a backend and returns the names of the tests that fail and that are skipped. */
async function verdictOn(create: () => TokenBackend | ConformanceStore, readOnly = false) {
  const failed: string[] = [];
  const skipped: string[] = [];
  const runs: Promise<void>[] = [];
  backendConformance({
    test: (name, run) => {
      const skip = () => void skipped.push(name);
      runs.push(run({ skip }).catch(() => void failed.push(name)));
    },
    create,
    readOnly,
  });
  await Promise.all(runs);
  return { failed, skipped };
}

test('nothing is found in a right backend that offers everything, and nothing is skipped', async () => {
  const { failed, skipped } = await verdictOn(mapStore);
  expect(failed).toEqual([]);
  // A map is in one process; the cases about several have a file of their own.
  expect(skipped).toHaveLength(4);
  for (const name of skipped) expect(name).toMatch(/process/);
});

test.each<[string, Parameters<typeof mapBackend>[1], RegExp]>([
  ['saves without a compare', { compares: false }, /older version conflicts/],
  ['compares before a pause and writes after it', { pausesInSave: true }, /exactly one wins/],
  ['makes versions from the text', { version: (text) => `v-${text.length}` }, /versions never recur: A, B/],
  ['starts to count anew after a delete', { forgetsVersions: true }, /not after a delete/],
  ['folds the case of keys', { keyOf: (key) => key.toLowerCase() }, /keys are kept apart/],
  ['uses keys as paths', { keyOf: (key) => key.replace(/^.*\//, '') }, /keys are kept apart/],
  ['loses characters', { textOf: (text) => Buffer.from(text, 'latin1').toString('latin1') }, /every kind of/],
  ['cuts long texts', { textOf: (text) => text.slice(0, 65_536) }, /200 KiB/],
  ['deletes whatever the version', { deleteCompares: false }, /delete compares/],
  ['quotes the text in errors', { quotesText: true }, /prints no stored text/],
  ['takes damage for emptiness', { hidesDamage: true }, /damage is reported/],
  ['never hints', { hints: false }, /watch hints/],
  ['serves what it read before', { caches: true }, /two instances see/],
  ['throws after writing', { throwsAfterWriting: true }, /what was saved is loaded/],
  ['reports a conflict by throwing', { throwsOnConflict: true }, /older version conflicts/],
  ['writes in two steps', { writesInSteps: true }, /never sees half a text/],
  ['keeps what it was asked to erase', { keepsHistory: true }, /the store holds nothing of it/],
  ['keeps what was deleted', { keepsHistory: true }, /after a deletion the store holds nothing/],
  ['repairs damage with what was erased', { recoversErased: true }, /no damage brings that back/],
  ['takes a deletion for the end of all time', { forgetsDeletions: true }, /a deletion is told from/],
  ['quotes what it refuses', { quotesRefused: true }, /two megabytes is stored whole, or refused/],
])('a backend that %s is found out', { timeout: 10_000 }, async (_, fault, name) => {
  const { failed } = await verdictOn(() => mapStore(fault));
  expect(failed).toContainEqual(expect.stringMatching(name));
});

test('a backend that is not what the test was told is found out', async () => {
  expect((await verdictOn(mapStore, true)).failed).toContain('capabilities say what they must');
});

test('a read-only backend that pretends to save is found out', async () => {
  const pretending: TokenBackend = {
    capabilities: { cas: 'none', durable: true, writable: false },
    load: async () => undefined,
    save: async () => 'saved',
  };
  const { failed } = await verdictOn(() => pretending, true);
  expect(failed).toEqual(['a read-only backend refuses to save, and says so']);
});

test('an option that is not known is refused', () => {
  const options = { test, create: mapStore, readonly: true };
  expect(() => backendConformance(options)).toThrow('Did you mean `readOnly`?');
});

test.each<[string, unknown]>([
  ['options', null],
  ['test', { create: mapStore }],
  ['create', { test: () => undefined, create: mapStore() }],
])('what cannot work is refused by name: %s', (option, options) => {
  const refusal = expect.objectContaining({ code: 'configuration', option });
  expect(() => backendConformance(options as never)).toThrow(refusal);
});

test.each([
  ['create().destroy', { destroy: () => undefined }],
  ['create().elsewhere.path', { elsewhere: { module: './map-backend.ts', path: 'x' } }],
])('a store with something unknown fails every test: %s', async (option, more) => {
  const errors: unknown[] = [];
  const runs: Promise<void>[] = [];
  backendConformance({
    test: (_, run) =>
      runs.push(run({ skip: () => undefined }).catch((error: unknown) => void errors.push(error))),
    create: () => ({ ...mapStore(), ...more }),
  });
  await Promise.all(runs);
  expect(errors).toHaveLength(runs.length);
  for (const error of errors) expect(error).toMatchObject({ code: 'configuration', option });
});
