import { describe, expect, test } from 'vitest';
import { createServerClock } from '../../src/memory/server-clock.ts';
import { testClock } from '../support/test-clock.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

/** A machine whose clock the server's is ahead of by these, as its replies told one after the other. */
function machine(...offsets: number[]) {
  const clock = testClock();
  const serverClock = createServerClock(clock);
  for (const offset of offsets) serverClock.learn(clock.now() + offset);
  /** A token that is this old in truth, stored by a machine that the server's clock is ahead of by `writer`. */
  const ageOf = (trueAgeMs: number, mine: number, writer: number, dated = true) => {
    const serverDate = clock.now() + mine - trueAgeMs;
    return serverClock.ageOf({ obtainedAt: serverDate - writer, ...(dated && { serverDate }) });
  };
  return { clock, serverClock, ageOf };
}

describe('how old a token is that another machine stored', () => {
  test.each<[string, number, number, number]>([
    // the server is ahead of me by, of the writer by, true age
    ['all clocks agree', 0, 0, 10 * MINUTE],
    ['I am an hour behind', HOUR, 0, 10 * MINUTE],
    ['I am an hour ahead', -HOUR, 0, 10 * MINUTE],
    ['the writer is an hour behind', 0, HOUR, 10 * MINUTE],
    ['the writer is an hour ahead', 0, -HOUR, 10 * MINUTE],
    ['two hours between us', HOUR, -HOUR, 59 * MINUTE],
    ['two hours between us, the other way', -HOUR, HOUR, 59 * MINUTE],
    ['a day', 24 * HOUR, 0, MINUTE],
    ['just stored', -HOUR, HOUR, 0],
  ])('%s', (_name, mine, writer, trueAgeMs) => {
    expect(machine(mine).ageOf(trueAgeMs, mine, writer)).toBe(trueAgeMs);
  });

  test('clocks that differ by the seconds of a reply are taken for the same', () => {
    expect(machine(-4 * SECOND).ageOf(MINUTE, -4 * SECOND, 3 * SECOND)).toBe(MINUTE + 7 * SECOND);
    expect(machine(-6 * SECOND).ageOf(MINUTE, -6 * SECOND, 0)).toBe(MINUTE);
  });

  test('a server I never asked: the writer is trusted', () => {
    expect(machine().ageOf(10 * MINUTE, -HOUR, 0)).toBe(HOUR + 10 * MINUTE);
    expect(machine().ageOf(10 * MINUTE, HOUR, 0)).toBe(0);
  });

  test('a reply without a date: the writer is trusted, and nothing is learnt', () => {
    expect(machine(-HOUR).ageOf(10 * MINUTE, -HOUR, 0, false)).toBe(HOUR + 10 * MINUTE);
    const { serverClock, ageOf } = machine();
    serverClock.learn(undefined);
    expect(ageOf(10 * MINUTE, -HOUR, 0)).toBe(HOUR + 10 * MINUTE);
  });

  test('no token is younger than new', () => expect(machine(HOUR).ageOf(-MINUTE, HOUR, 0)).toBe(0));
});

describe('what is learnt', () => {
  test.each<[string, number[], number]>([
    ['one reply', [HOUR], HOUR],
    ['one reply of another server behind the same name', [HOUR, HOUR, -30 * MINUTE], HOUR],
    ['two of five', [HOUR, 0, HOUR, -HOUR, HOUR], HOUR],
    ['the newest five count', [0, 0, 0, HOUR, HOUR, HOUR, HOUR], HOUR],
  ])('%s', (_name, offsets, mine) => {
    expect(machine(...offsets).ageOf(10 * MINUTE, mine, 0)).toBe(10 * MINUTE);
  });

  test.each<[string, number]>([
    ['set back', 40 * SECOND],
    ['set forward', -40 * SECOND],
    ['asleep for an hour', -HOUR],
  ])('a machine that was %s learns anew', (_name, ms) => {
    const { clock, serverClock, ageOf } = machine(HOUR);
    clock.setBack(ms);
    const mine = HOUR + ms;
    // Forgotten, so the writer is trusted, who is an hour ahead of me.
    expect(ageOf(10 * MINUTE, mine, 0)).toBe(Math.max(0, 10 * MINUTE - mine));
    serverClock.learn(clock.now() + mine);
    expect(ageOf(10 * MINUTE, mine, 0)).toBe(10 * MINUTE);
  });

  test('a clock that time servers nudge is the same clock', () => {
    const { clock, ageOf } = machine(HOUR);
    clock.setBack(20 * SECOND);
    expect(ageOf(10 * MINUTE, HOUR, 0)).toBe(10 * MINUTE);
  });
});
