import { inspect } from 'node:util';
import { expect } from 'vitest';

/** Part of every bad value that could be a secret; never part of an error. */
export const MARK = 'SECRET-GIVEN';
const REMEDY = /\b(must|needs?|give|use|pass|write|add|leave|set|ask|sign|known|put|choice|instead|mean)\b/i;

async function failureOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('it was accepted');
}

/** A ConfigurationError that names the option, ends with a remedy and quotes nothing. */
export async function expectRefusal(work: () => unknown, option: string): Promise<void> {
  const error = await failureOf(work);
  expect(error).toMatchObject({ name: 'ConfigurationError', code: 'configuration', option });
  const { message } = error as Error;
  expect(message).toMatch(/(\.| Did you mean `[\w.]+`\?)$/);
  expect(message).toMatch(REMEDY);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(MARK);
}
