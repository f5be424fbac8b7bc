import { describe, expect, test } from 'vitest';
import { assess, type Demand, isFinalRejection } from '../../src/memory/held-token.ts';
import { createServerClock } from '../../src/memory/server-clock.ts';
import { createTokenMemory } from '../../src/memory/token-memory.ts';
import { type MarginOptions, renewalFloorMs, timingOf } from '../../src/memory/token-timing.ts';
import type { StoredAccessToken } from '../../src/record/credential-record.ts';
import { accessOf, recordOf } from '../support/records.ts';
import { type TestClock, testClock } from '../support/test-clock.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NEVER = Number.POSITIVE_INFINITY;

describe('the ages at which a token is renewed and dropped', () => {
  const base: MarginOptions = { share: 0, renewalMs: 0 };
  const soft = (softMarginMs: number) => ({ softMarginMs });
  const hard = (hardMarginMs: number) => ({ hardMarginMs });

  test.each<[string, number | undefined, number | undefined, Partial<MarginOptions>, number, number]>([
    // life, server-given age for renewal, options, expiring, expired
    ['2 s', 2 * SECOND, undefined, {}, 1_800, 1_960],
    ['2 s, renewals take 300 ms', 2 * SECOND, undefined, { renewalMs: 300 }, 1_360, 1_960],
    ['2 s, renewals take longer than it lives', 2 * SECOND, undefined, { renewalMs: 5_000 }, 1_000, 1_960],
    ['60 s', MINUTE, undefined, {}, 54_000, 58_800],
    ['60 s, renewals take 4 s', MINUTE, undefined, { renewalMs: 4_000 }, 50_800, 58_800],
    ['240 s', 4 * MINUTE, undefined, {}, 216_000, 235_200],
    ['1 h', HOUR, undefined, {}, 3_300_000, 3_590_000],
    ['1 h, half the share', HOUR, undefined, { share: 0.5 }, 3_337_500, 3_590_000],
    ['1 h, nearly the whole share', HOUR, undefined, { share: 0.999 }, 3_374_925, 3_590_000],
    ['30 days', 30 * DAY, undefined, {}, 2_591_700_000, 2_591_990_000],
    ['unknown', undefined, undefined, {}, NEVER, NEVER],
    ['0', 0, undefined, {}, 0, 0],
    // the server says when
    ['1 h, renew at 30 min', HOUR, 30 * MINUTE, {}, 1_800_000, 3_590_000],
    ['1 h, renew at 59 min: too late to wait for', HOUR, 59 * MINUTE, {}, 3_300_000, 3_590_000],
    ['1 h, renew at once', HOUR, 0, {}, 30_000, 3_590_000],
    ['1 h, renew in the past', HOUR, -MINUTE, {}, 30_000, 3_590_000],
    ['8 s, renew at once', 8 * SECOND, 0, {}, 2_000, 7_840],
    ['unknown, renew at 30 min', undefined, 30 * MINUTE, {}, 1_800_000, NEVER],
    ['unknown, renew in the past', undefined, -MINUTE, {}, 30_000, NEVER],
    // the caller says when
    ['1 h, soft 10 min', HOUR, undefined, soft(10 * MINUTE), 3_000_000, 3_590_000],
    [
      '1 h, soft 10 min: the share has no say',
      HOUR,
      undefined,
      { ...soft(600_000), share: 0.9 },
      3e6,
      3_590_000,
    ],
    ['1 h, soft 2 h: half its life', HOUR, undefined, soft(2 * HOUR), 1_800_000, 3_590_000],
    ['1 h, soft 0: not before the hard margin', HOUR, undefined, soft(0), 3_590_000, 3_590_000],
    ['1 h, hard 1 min', HOUR, undefined, hard(MINUTE), 3_300_000, 3_540_000],
    ['1 h, hard 10 min: soft no later', HOUR, undefined, hard(10 * MINUTE), 3_000_000, 3_000_000],
    ['1 h, hard 2 h: half its life', HOUR, undefined, hard(2 * HOUR), 1_800_000, 1_800_000],
    ['1 h, hard 0', HOUR, undefined, hard(0), 3_300_000, 3_600_000],
    ['2 s, both 5 min: half its life', 2 * SECOND, undefined, { ...soft(3e5), ...hard(3e5) }, 1_000, 1_000],
    ['unknown, both given', undefined, undefined, { ...soft(3e5), ...hard(3e5) }, NEVER, NEVER],
  ])('a life of %s', (_name, lifeMs, renewAgeMs, options, expiringAgeMs, expiredAgeMs) => {
    expect(timingOf(lifeMs, renewAgeMs, { ...base, ...options })).toEqual({ expiringAgeMs, expiredAgeMs });
  });

  test.each<[string, number | undefined, number]>([
    ['2 s', 2 * SECOND, 500],
    ['60 s', MINUTE, 15_000],
    ['120 s', 2 * MINUTE, 30_000],
    ['1 h', HOUR, 30_000],
    ['unknown', undefined, 30_000],
    ['0', 0, 0],
    ['less than nothing', -HOUR, 0],
  ])('two renewals of a token that lives %s are this far apart', (_name, lifeMs, expected) => {
    expect(renewalFloorMs(lifeMs)).toBe(expected);
  });
});

/** A manager's memory that took over one token of one hour, as stored or as just received. */
function holding(changes: Partial<StoredAccessToken> = {}, { received = false, clock = testClock(0) } = {}) {
  const serverClock = createServerClock(clock);
  const memory = createTokenMemory({ clock, serverClock, share: 0, durable: true });
  const stored = accessOf('at', { obtainedAt: clock.now(), expiresAt: clock.now() + HOUR, ...changes });
  const receipt = { scope: 'read', claims: undefined };
  memory.adopt(recordOf({ accessTokens: { read: stored } }), received ? receipt : undefined);
  const held = memory.held('read');
  if (!held) throw new Error('nothing is held');
  return {
    clock,
    memory,
    held,
    age: () => memory.ageOf(held),
    verdict: (demand: Demand = {}) => assess(held, memory.ageOf(held), demand),
  };
}

describe('how far a held token answers', () => {
  test.each<[string, number, Demand, string]>([
    ['new', 0, {}, 'fresh'],
    ['1 ms before it is renewed', 3_299_999, {}, 'fresh'],
    ['at the age of renewal', 3_300_000, {}, 'expiring'],
    ['1 ms after it', 3_300_001, {}, 'expiring'],
    ['1 ms before it is dropped', 3_589_999, {}, 'expiring'],
    ['at the age of dropping', 3_590_000, {}, 'unusable'],
    ['1 ms after it', 3_590_001, {}, 'unusable'],
    ['must live 10 min, lives 1 ms more', 2_999_999, { minLifeMs: 600_000 }, 'fresh'],
    ['must live 10 min, and just does', 3_000_000, { minLifeMs: 600_000 }, 'fresh'],
    ['must live 10 min, 1 ms short', 3_000_001, { minLifeMs: 600_000 }, 'unusable'],
    ['must live 1 min, is to be renewed', 3_300_000, { minLifeMs: 60_000 }, 'expiring'],
    ['must live 2 h, and was obtained half a minute ago', 29_999, { minLifeMs: 2 * HOUR }, 'fresh'],
    ['must live 2 h, and is older', 30_000, { minLifeMs: 2 * HOUR }, 'unusable'],
    ['must live for nothing', 3_589_999, { minLifeMs: 0 }, 'expiring'],
    ['another one was rejected', 0, { rejected: 'other' }, 'fresh'],
    ['this one was rejected', 0, { rejected: 'at' }, 'unusable'],
    ['claims it was not issued for', 0, { claims: '{}' }, 'unusable'],
  ])('%s', async (_name, ageMs, demand, expected) => {
    const { clock, verdict } = holding();
    await clock.advance(ageMs);
    expect(verdict(demand)).toBe(expected);
  });

  test('a token of unknown life is used until it is rejected, whatever life is asked for', async () => {
    const { clock, verdict, memory } = holding({ expiresAt: undefined });
    await clock.advance(365 * DAY);
    expect(verdict({ minLifeMs: DAY })).toBe('fresh');
    memory.reject('at');
    expect(verdict()).toBe('unusable');
  });

  test('a rejected token stays rejected when the store brings it again', () => {
    const { memory } = holding();
    memory.reject('at');
    memory.adopt(recordOf({ accessTokens: {} }));
    memory.adopt(recordOf({ accessTokens: { read: accessOf('at') } }));
    expect(memory.held('read')?.isRejected).toBe(true);
  });

  test('nothing held is unusable', () => expect(assess(undefined, 0, {})).toBe('unusable'));
});

describe('the age of a token is the larger that either clock tells', () => {
  const both = (ms: number) => (clock: TestClock) => clock.advance(ms);
  const wall = (ms: number) => async (clock: TestClock) => clock.setBack(-ms);

  test.each<[string, ((clock: TestClock) => Promise<void>)[], number]>([
    ['both agree', [both(MINUTE)], MINUTE],
    ['the wall clock is set forward an hour', [both(MINUTE), wall(HOUR)], HOUR + MINUTE],
    ['the wall clock is set back an hour', [both(MINUTE), wall(-HOUR)], MINUTE],
    ['forward, and right again', [both(MINUTE), wall(HOUR), wall(-HOUR)], MINUTE],
    ['the machine sleeps an hour', [wall(HOUR)], HOUR],
    ['set back, then the token gets old', [wall(-HOUR), both(2 * HOUR)], 2 * HOUR],
  ])('%s', async (_name, steps, expected) => {
    const { clock, age } = holding();
    for (const step of steps) await step(clock);
    expect(age()).toBe(expected);
  });

  test.each<[string, number, boolean, number]>([
    ['stored a minute ago', -MINUTE, false, MINUTE],
    ['stored by a clock that is ahead', HOUR, false, 0],
    ['received just now, a minute after it was asked for', -MINUTE, true, MINUTE],
    ['received just now, the clock was set back meanwhile', HOUR, true, 0],
  ])('at the start: %s', (_name, obtainedAt, received, expected) => {
    expect(holding({ obtainedAt, expiresAt: obtainedAt + HOUR }, { received }).age()).toBe(expected);
  });
});

test.each<[string, boolean, string | undefined, number, string | undefined, boolean]>([
  // born of a rejection, born of claims, age, claims now, verdict
  ['born of a rejection, a moment ago', true, undefined, 29_999, undefined, true],
  ['born of a rejection, half a minute ago', true, undefined, 30_000, undefined, false],
  ['born of nothing of the kind', false, undefined, 0, undefined, false],
  ['born of these claims, a moment ago', false, '{"a":1}', 29_999, '{"a":1}', true],
  ['born of these claims, half a minute ago', false, '{"a":1}', 30_000, '{"a":1}', false],
  ['born of other claims', true, '{"a":1}', 0, '{"a":2}', false],
])(
  'a 401 is the verdict on the request itself: %s',
  (_name, bornOfRejection, claims, ageMs, now, expected) => {
    expect(isFinalRejection({ ...holding().held, bornOfRejection, claims }, ageMs, now)).toBe(expected);
  },
);
