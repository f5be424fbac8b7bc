import { type AuthEvent, createTokenManager, type Seed, type TokenManager } from '@everbearer/core';
import type { TokenBackend } from '@everbearer/core/contract';
import { sharedStore } from './shared-store.ts';
import { strictServer } from './strict-server.ts';
import { type TestClock, testClock } from './test-clock.ts';

export const HOUR = 3_600_000;

/** Processes on one store and one server, all on one clock unless said otherwise. */
export function sharedWorld(options: { durable?: boolean; hints?: boolean; graceMs?: number } = {}) {
  const clock = testClock();
  const server = strictServer({ now: clock.now, graceMs: options.graceMs ?? 0 });
  const store = sharedStore(options);
  const events: AuthEvent[] = [];
  const process = (more: { seed?: Seed; clock?: TestClock; backend?: TokenBackend } = {}) =>
    createTokenManager({
      provider: server.provider,
      backend: store.backend,
      clock,
      onEvent: (event) => void events.push(event),
      ...more,
    });
  const count = (type: AuthEvent['type']) => events.filter((event) => event.type === type).length;
  /** Asks while time goes on. */
  async function ask(manager: TokenManager, withinMs = 35_000): Promise<string> {
    const asked = manager.getToken().then(
      ({ token }) => token,
      (error: { code: string }) => error.code,
    );
    await clock.advance(withinMs);
    return asked;
  }
  return { clock, server, store, process, events, count, ask };
}
