import { inspect } from 'node:util';

/**
 * All texts that can be reached from these values: by `inspect` at any depth, with what is hidden; as JSON; from a structured
 * clone; and by walking every property, own and inherited, of whatever name.
 */
export function everythingShownBy(values: readonly unknown[]): string[] {
  const texts = values.flatMap((value) => [
    inspect(value, {
      depth: Number.POSITIVE_INFINITY,
      showHidden: true,
      getters: true,
      maxStringLength: null,
      maxArrayLength: null,
    }),
    attempt(() => JSON.stringify(value)),
    attempt(() => inspect(structuredClone(value), { depth: 50, showHidden: true })),
    attempt(() => String(value)),
  ]);
  walk(values, new Set(), texts);
  return texts;
}

function attempt(show: () => string | undefined): string {
  try {
    return show() ?? '';
  } catch {
    return '';
  }
}

/** The platform's own globals and prototypes are everybody's, and hold nothing of one call. */
const COMMON = new Set<unknown>([globalThis, process]);

function walk(value: unknown, seen: Set<unknown>, texts: string[]): void {
  if (typeof value === 'string') texts.push(value);
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return;
  if (seen.has(value) || COMMON.has(value)) return;
  seen.add(value);
  if (value instanceof Headers || value instanceof Map || value instanceof Set) walk([...value], seen, texts);
  if (ArrayBuffer.isView(value)) return;
  for (
    let owner: unknown = value;
    owner && owner !== Object.prototype && owner !== Function.prototype;
    owner = Object.getPrototypeOf(owner)
  ) {
    for (const name of Reflect.ownKeys(owner as object)) {
      texts.push(String(name));
      // Bodies are read by their getters once only, and promises of them by nobody.
      if (name === 'body') continue;
      let member: unknown;
      try {
        member = (value as Record<PropertyKey, unknown>)[name];
      } catch {
        continue;
      }
      walk(member, seen, texts);
    }
  }
}
