import { describe, expect, test } from 'vitest';
import { lengthWords } from '../../src/timeline/length-words.ts';
import { scaleOf } from '../../src/timeline/scale.ts';
import { stacked } from '../../src/timeline/stacked.ts';

const HOUR = 3_600_000;
const BEGIN = Date.UTC(2026, 10, 28, 5, 45, 13);

describe('the scale', () => {
  test.each([1, 90, 900, 20_000, 61_000, 0.9 * HOUR, 5 * HOUR, 30 * HOUR, 90 * 24 * HOUR, 4_000 * 24 * HOUR])(
    '%d ms: everything is inside, with a few ticks that a person can count in',
    (span) => {
      const { x, ticks } = scaleOf(BEGIN, BEGIN + span);
      expect(x(BEGIN)).toBeGreaterThan(0);
      expect(x(BEGIN + span)).toBeLessThan(100);
      const main = ticks.filter(({ isMain }) => isMain);
      expect(main.length).toBeGreaterThanOrEqual(1);
      expect(main.length).toBeLessThanOrEqual(9);
      expect(ticks.length).toBeLessThan(80);
      expect(new Set(main.map(({ text }) => text)).size).toBe(main.length);
      for (const { at } of ticks) expect(at).toBeGreaterThanOrEqual(BEGIN);
    },
  );

  test('counts from the beginning where it is short, and by the clock where it is long', () => {
    expect(scaleOf(BEGIN, BEGIN + 20_000).words(BEGIN + 1_500)).toBe('1.50 s');
    expect(scaleOf(BEGIN, BEGIN + 5 * HOUR).words(BEGIN)).toBe('05:45:13');
    expect(scaleOf(BEGIN, BEGIN + 90 * HOUR).words(BEGIN)).toBe('11-28 05:45');
    expect(scaleOf(BEGIN, BEGIN + 5 * HOUR).ticks.find(({ isMain }) => isMain)?.text).toBe('06:00');
  });
});

test.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [999.6, '1 s'],
  [1_240, '1.2 s'],
  [59_970, '1 min'],
  [61_000, '1 min 1 s'],
  [7_500_000, '2 h 5 min'],
  [9 * 24 * HOUR, '9 days'],
])('%d ms are %s', (ms, words) => {
  expect(lengthWords(ms)).toBe(words);
});

test('signs that would hide each other stand below each other, and come back up when there is room', () => {
  expect(stacked([1, 1.5, 2, 40, 40.2])).toEqual([0, 1, 2, 0, 1]);
  expect(Math.max(...stacked(Array.from({ length: 50 }, () => 5)))).toBe(3);
});
