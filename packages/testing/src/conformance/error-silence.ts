import assert from 'node:assert/strict';
import { inspect } from 'node:util';

/** Part of what is stored when a test causes an error. No error may contain it. */
export const SECRET = 'EVERBEARER-CANARY-d0not-print-me';

/** The error that the call rejects with, or undefined. */
export async function rejection(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Fails if the error contains what was stored, however it is printed. */
export function assertSilent(error: unknown): void {
  const shown = `${inspect(error, { depth: 20, showHidden: true })} ${JSON.stringify(error) ?? ''}`;
  assert.ok(!shown.includes(SECRET), 'an error must not hold the stored text');
}

/** By name, so that another installed copy of the error class counts too. */
export function nameAndCode(error: unknown): string {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  return `${String(name)} ${String(code)}`;
}
