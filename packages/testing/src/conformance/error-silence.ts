import assert from 'node:assert/strict';
import { inspect } from 'node:util';

/** Part of what is stored where an error is provoked; part of no error. */
export const SECRET = 'EVERBEARER-CANARY-d0not-print-me';

/** What the call was rejected with, or undefined. */
export async function rejection(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}

export function assertSilent(error: unknown): void {
  const shown = `${inspect(error, { depth: 20, showHidden: true })} ${JSON.stringify(error) ?? ''}`;
  assert.ok(!shown.includes(SECRET), 'an error must not hold the stored text');
}
