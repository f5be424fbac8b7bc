import { expect, test } from 'vitest';
import { createClaimsBrake } from '../../src/manager/claims-brake.ts';
import { testClock } from '../support/test-clock.ts';

const FLOOR_MS = 30_000;

/** Asks once a second for a while; the seconds at which a renewal was let through. */
async function passesWithin(seconds: number) {
  const clock = testClock();
  const brake = createClaimsBrake(clock);
  const passes: number[] = [];
  const ask = (second: number) => {
    try {
      brake.pass('read', FLOOR_MS);
      passes.push(second);
    } catch (error) {
      expect(error).toMatchObject({ code: 'token_rejected' });
    }
  };
  for (let second = 0; second < seconds; second++) {
    ask(second);
    await clock.advance(1_000);
  }
  return { clock, brake, passes };
}

test('two at once, then ever more seldom', async () => {
  const { passes } = await passesWithin(1_000);
  expect(passes).toEqual([0, 1, 31, 91, 211, 451, 751]);
});

test('once it was quiet for long enough, two at once again', async () => {
  const { clock, brake } = await passesWithin(40);
  await clock.advance(2 * 60_000);
  brake.pass('read', FLOOR_MS);
  brake.pass('read', FLOOR_MS);
  expect(() => brake.pass('read', FLOOR_MS)).toThrow('other claims');
});

test('each scope has its own', async () => {
  const { brake } = await passesWithin(10);
  brake.pass('write', FLOOR_MS);
});
