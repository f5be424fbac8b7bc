import { createAccounts } from '@everbearer/core';
import { expect, onTestFinished, test } from 'vitest';
import { slowWorld } from '../support/slow-world.ts';

/** Counts every step of every iteration over a Map, a Set or an array, until the test ends. */
function countSteps(): () => number {
  let steps = 0;
  for (const collection of [new Map(), new Set(), []] as Iterable<unknown>[]) {
    const iterators = Object.getPrototypeOf(collection[Symbol.iterator]());
    const { next } = iterators;
    iterators.next = function (this: unknown) {
      steps++;
      return next.call(this);
    };
    onTestFinished(() => {
      iterators.next = next;
    });
  }
  return () => steps;
}

test('what a look at an account costs does not grow with the number of accounts at work', async () => {
  const MANY = 400;
  const { provider, backend, server, reply } = slowWorld();
  const accounts = createAccounts({ provider, backend, maxLive: MANY / 10 });
  const names = Array.from({ length: MANY }, (_, n) => `user-${n}`);
  for (const name of names) await accounts.for(name).signIn({ refreshToken: server.signIn().refreshToken });
  reply.shut();
  const asked = names.map((name) => accounts.for(name).getToken());
  while (reply.waiting < MANY) await new Promise((resolve) => setImmediate(resolve));
  const steps = countSteps();
  for (let n = 0; n < MANY; n++) accounts.for(`user-${n}`).peek();
  // None can be let go of, and finding that out must not take a step for each of them.
  expect(steps() / MANY).toBeLessThan(10);
  reply.open();
  await Promise.all(asked);
  // Afterwards all but 40 are let go of, also one by one.
  const stepsBefore = steps();
  for (let n = 0; n < MANY; n++) accounts.for(`user-${n}`).peek();
  expect((steps() - stepsBefore) / MANY).toBeLessThan(250);
  expect(server.counts).toMatchObject({ refreshes: MANY, reuses: 0 });
});
