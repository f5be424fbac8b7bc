import { isObject } from '../check-option.ts';
import { tokenFault } from '../token-fault.ts';
import { LONGEST_TEXT } from './limits.ts';
import { refreshTokenFault } from './refresh-token-fault.ts';

/** The largest count that is read: far below the largest safe integer, so that it can still grow. */
const LARGEST_COUNT = 2 ** 50;

/** Reads one value; `path` says where it stands. Calls `damaged` with what is wrong, and never with the value. */
export type Field<T> = (value: unknown, path: string, damaged: (what: string) => Error) => T;

function field<T>(fits: (value: unknown) => unknown, what: string): Field<T> {
  return (value, path, damaged) => {
    if (fits(value)) return value as T;
    throw damaged(`\`${path}\` is not ${what}`);
  };
}

const isText = (v: unknown) => typeof v === 'string' && v.length <= LONGEST_TEXT;

export const text: Field<string> = /* @__PURE__ */ field(isText, 'a short text');

export const secret: Field<string> = /* @__PURE__ */ field((v) => tokenFault(v) === undefined, 'a token');

export const refreshToken: Field<string> = /* @__PURE__ */ field(
  (v) => refreshTokenFault(v) === undefined,
  'a token',
);

export const time: Field<number> = /* @__PURE__ */ field(
  (v) => Number.isFinite(v) && Math.abs(v as number) <= 8.64e15,
  'a time',
);

export const count: Field<number> = /* @__PURE__ */ field(
  (v) => Number.isSafeInteger(v) && (v as number) >= 0 && (v as number) <= LARGEST_COUNT,
  'a whole number',
);

export const flag: Field<boolean> = /* @__PURE__ */ field((v) => typeof v === 'boolean', 'true or false');

export const texts = (most: number): Field<string[]> =>
  field((v) => Array.isArray(v) && v.length <= most && v.every(isText), 'a list of texts');

export const oneOf = <T extends string | number>(...choices: readonly T[]): Field<T> =>
  field((v) => choices.includes(v as T), `one of ${choices.join(', ')}`);

/** May be absent, and is left out then. */
export const maybe =
  <T>(read: Field<T>): Field<T | undefined> =>
  (value, path, damaged) =>
    value === undefined ? undefined : read(value, path, damaged);

/** What an object holds, field by field. */
export type Shape<T> = { readonly [K in keyof T]-?: Field<T[K]> };

/** An object of this shape. Other fields are left behind. */
export const object =
  <T>(shape: Shape<T>): Field<T> =>
  (value, path, damaged) => {
    const given = objectAt(value, path, damaged);
    const read: Record<string, unknown> = {};
    for (const [name, readField] of Object.entries<Field<unknown>>(shape)) {
      const inner = Object.hasOwn(given, name) ? given[name] : undefined;
      const found = readField(inner, path ? `${path}.${name}` : name, damaged);
      if (found !== undefined) read[name] = found;
    }
    return read as T;
  };

/** Equal entries, read into an object without a prototype, so that no key is special. Keys are content, and not for messages. */
export const map =
  <T>(read: Field<T>): Field<Record<string, T>> =>
  (value, path, damaged) => {
    const entries = Object.create(null) as Record<string, T>;
    for (const [key, entry] of Object.entries(objectAt(value, path, damaged))) {
      if (key.length > LONGEST_TEXT) throw damaged(`\`${path}.*\` has a key that is too long`);
      entries[key] = read(entry, `${path}.*`, damaged);
    }
    return entries;
  };

const objectAt: Field<Record<string, unknown>> = /* @__PURE__ */ field(isObject, 'an object');
