import { expect, test } from 'vitest';
import { createPauseWatch, type PauseSighting, pauseLeftMs } from '../../src/memory/pause-watch.ts';
import { refusalOf } from '../support/records.ts';
import { testClock } from '../support/test-clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = 10 * HOUR;
const thirtySeconds = { notBefore: NOW + 30_000, pauseMs: 30_000, unchangedMs: 0, now: NOW };

test.each<[string, Partial<PauseSighting>, number]>([
  ['no pause', { notBefore: undefined, pauseMs: undefined }, 0],
  ['just written', {}, 30_000],
  ['in the middle, by both clocks', { now: NOW + 10_000, unchangedMs: 10_000 }, 20_000],
  ['in the middle, seen only now', { now: NOW + 10_000 }, 20_000],
  ['its last millisecond', { now: NOW + 29_999, unchangedMs: 29_999 }, 1],
  ['over by both clocks', { now: NOW + 30_000, unchangedMs: 30_000 }, 0],
  ['over by the wall clock, which counts while a machine sleeps', { now: NOW + 30_000 }, 0],
  ['by a clock 50 minutes ahead, just seen', { now: NOW - 50 * MINUTE }, 30_000],
  ['… seen for 10 s', { now: NOW - 50 * MINUTE, unchangedMs: 10_000 }, 20_000],
  ['… seen for its length', { now: NOW - 50 * MINUTE, unchangedMs: 30_000 }, 0],
  ['by a clock a year ahead, just seen', { now: NOW - 8_760 * HOUR }, 30_000],
  ['by a clock that is behind', { now: NOW + 50 * MINUTE }, 0],
  ['longer than an honest pause', { notBefore: NOW + 9 * HOUR, pauseMs: 9 * HOUR }, HOUR],
  ['… seen for that long', { notBefore: NOW + 9 * HOUR, pauseMs: 9 * HOUR, unchangedMs: HOUR }, 0],
  ['its length unknown, of a millisecond', { notBefore: NOW + 1, pauseMs: undefined }, 1],
  ['its length unknown, of an hour', { notBefore: NOW + HOUR, pauseMs: undefined }, HOUR],
  ['… seen for that long', { notBefore: NOW + HOUR, pauseMs: undefined, unchangedMs: HOUR }, 0],
  ['its length unknown, too far ahead to be true', { notBefore: NOW + HOUR + 1, pauseMs: undefined }, 0],
])('what is left of a pause: %s', (_name, changes, expected) => {
  expect(pauseLeftMs({ ...thirtySeconds, ...changes })).toBe(expected);
});

test('a pause stands from when it was first seen, until another is there', async () => {
  const clock = testClock();
  const watch = createPauseWatch(clock);
  const ahead = { notBefore: clock.now() + HOUR, pauseMs: 30_000, refused: {} };
  expect(watch.seenMs(ahead)).toBe(0);
  watch.note(ahead);
  await clock.advance(20_000);
  watch.note({ ...ahead });
  expect(watch.seenMs(ahead)).toBe(20_000);
  const next = { ...ahead, notBefore: ahead.notBefore + 1 };
  watch.note(next);
  expect(watch.seenMs(next)).toBe(0);
  expect(watch.seenMs(ahead)).toBe(0);
  clock.setBack(HOUR);
  await clock.advance(25_000);
  const successor = createPauseWatch(clock, watch.since);
  successor.note(next);
  expect([watch, successor].map((each) => each.seenMs(next))).toEqual([25_000, 25_000]);
});

test('each refusal in a record stands there for itself', async () => {
  const clock = testClock();
  const watch = createPauseWatch(clock);
  const refusal = refusalOf('invalid_client', { notBefore: clock.now() + HOUR });
  watch.note({ refusal, refused: {} });
  await clock.advance(10_000);
  const write = refusalOf('invalid_scope', { notBefore: clock.now() + HOUR });
  watch.note({ refusal, refused: { write } });
  await clock.advance(5_000);
  expect([refusal, write].map(watch.seenMs)).toEqual([15_000, 5_000]);
});
