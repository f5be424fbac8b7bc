import { expect, test } from 'vitest';
import { MOST_REPLACED } from '../../src/record/limits.ts';
import { emptyRecord, knownAfter, pausedRecord } from '../../src/record/record-transitions.ts';
import { recordOf } from '../support/records.ts';

const before = recordOf({ family: 'before', replaced: ['long-ago'] });

test('a family that appears after another one replaces it for those who saw both, listed or not', () => {
  expect(knownAfter(recordOf({ family: 'new' }), before).replaced).toEqual(['before', 'long-ago']);
  const listing = recordOf({ family: 'new', replaced: ['before', 'long-ago'] });
  expect(knownAfter(listing, before)).toBe(listing);
});

test('what this process saw to be replaced stays so while the family goes on', () => {
  const known = knownAfter(recordOf({ family: 'new' }), before);
  expect(knownAfter(recordOf({ family: 'new', seq: 9 }), known)).toMatchObject({
    seq: 9,
    replaced: ['before', 'long-ago'],
  });
});

test('a family never replaces itself, and the first record of all nothing', () => {
  expect(knownAfter(recordOf({ family: 'long-ago' }), before).replaced).toEqual(['before']);
  expect(knownAfter(before, undefined)).toBe(before);
});

test('lists stay bounded, what is written first', () => {
  const many = Array.from({ length: MOST_REPLACED }, (_, n) => `family-${n}`);
  const known = knownAfter(recordOf({ family: 'new', replaced: ['own'] }), recordOf({ replaced: many }));
  expect(known.replaced).toHaveLength(MOST_REPLACED);
  expect(known.replaced[0]).toBe('own');
  expect(emptyRecord('a', () => 'id', 0, recordOf({ replaced: many })).replaced).toHaveLength(MOST_REPLACED);
});

test('an empty record replaces what was known of one that is gone', () => {
  expect(emptyRecord('a', () => 'id', 0, before).replaced).toEqual(['before', 'long-ago']);
  expect(emptyRecord('a', () => 'id', 0).replaced).toEqual([]);
});

test('a pause is written with its length', () => {
  expect(pausedRecord(before, 1_000, 30_000)).toEqual({ ...before, notBefore: 31_000, pauseMs: 30_000 });
});
