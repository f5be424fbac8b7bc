import { inspect } from 'node:util';
import { expect } from 'vitest';

/** None of these shows in an error, however it is printed. */
export function expectSilent(error: unknown, ...secrets: string[]): void {
  const shown = [
    inspect(error, { depth: 20, showHidden: true, getters: 'get' }),
    JSON.stringify(error),
    String(error),
    JSON.stringify(error, Object.getOwnPropertyNames(error)),
  ].join('\n');
  for (const secret of secrets) expect(shown).not.toContain(secret);
}
