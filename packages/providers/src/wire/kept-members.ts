import type { JsonObject } from './json-object.ts';

const LONGEST_KEPT = 1_024;
/** All together, as JSON: more than core keeps would be lost whole. */
const LONGEST_TOGETHER = 4_096;

/**
 * The members of a reply that are to be kept beside the tokens, as texts; undefined when there are none. Numbers and booleans are
 * written out. What is longer than 1,024 characters, or is an object or a list, is not kept, nor are the last of those that are
 * longer than 4 KiB together.
 */
export function keptMembers(body: JsonObject, names: readonly string[]): Record<string, string> | undefined {
  const kept = names.flatMap((name) => {
    const value = Object.hasOwn(body, name) ? body[name] : undefined;
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    const text = isPlain ? String(value) : '';
    return text !== '' && text.length <= LONGEST_KEPT ? [[name, text] as const] : [];
  });
  while (JSON.stringify(Object.fromEntries(kept)).length > LONGEST_TOGETHER) kept.pop();
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
