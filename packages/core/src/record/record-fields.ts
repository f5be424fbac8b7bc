import { tokenFault } from '../token-fault.ts';
import { LONGEST_TEXT } from './limits.ts';

/** Leaves room to count on. */
const LARGEST_COUNT = 2 ** 50;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Typed reading of one JSON object, with the path of what is wrong and never its value. */
export class Fields {
  readonly #object: Record<string, unknown>;
  readonly #damaged: (what: string) => Error;
  readonly #path: string;
  readonly #isMap: boolean;

  constructor(object: Record<string, unknown>, damaged: (what: string) => Error, path = '', isMap = false) {
    this.#object = object;
    this.#damaged = damaged;
    this.#path = path;
    this.#isMap = isMap;
  }

  #read<T>(name: string, fits: (value: unknown) => value is T, what: string): T {
    const value = Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
    if (fits(value)) return value;
    throw this.#damaged(`\`${this.#pathOf(name)}\` is not ${what}`);
  }

  /** Keys of a map are content, and not for messages. */
  #pathOf(name: string): string {
    return `${this.#path}${this.#isMap ? '*' : name}`;
  }

  text(name: string): string {
    return this.#read(
      name,
      (v): v is string => typeof v === 'string' && v.length <= LONGEST_TEXT,
      'a short text',
    );
  }

  secret(name: string): string {
    return this.#read(name, (v): v is string => tokenFault(v) === undefined, 'a token');
  }

  time(name: string): number {
    return this.#read(
      name,
      (v): v is number => Number.isFinite(v) && Math.abs(v as number) <= 8.64e15,
      'a time',
    );
  }

  count(name: string): number {
    return this.#read(
      name,
      (v): v is number => Number.isSafeInteger(v) && (v as number) >= 0 && (v as number) <= LARGEST_COUNT,
      'a whole number',
    );
  }

  flag(name: string): boolean {
    return this.#read(name, (v): v is boolean => typeof v === 'boolean', 'true or false');
  }

  texts(name: string, most: number): string[] {
    const isText = (v: unknown) => typeof v === 'string' && v.length <= LONGEST_TEXT;
    const fits = (v: unknown): v is string[] => Array.isArray(v) && v.length <= most && v.every(isText);
    return [...this.#read(name, fits, 'a list of texts')];
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T {
    return this.#read(name, (v): v is T => choices.includes(v as T), `one of ${choices.join(', ')}`);
  }

  child(name: string): Fields {
    const object = this.#read(name, isObject, 'an object');
    return new Fields(object, this.#damaged, `${this.#pathOf(name)}.`);
  }

  /** Reads an object of equal entries into one without a prototype, so that no key is special. */
  map<T>(name: string, read: (key: string, map: Fields) => T): Record<string, T> {
    const object = this.#read(name, isObject, 'an object');
    const map = new Fields(object, this.#damaged, `${this.#pathOf(name)}.`, true);
    const result = Object.create(null) as Record<string, T>;
    const longest = Math.max(0, ...Object.keys(object).map((key) => key.length));
    if (longest > LONGEST_TEXT) throw this.#damaged(`\`${map.#pathOf('')}\` has a key that is too long`);
    for (const key of Object.keys(object)) result[key] = read(key, map);
    return result;
  }

  maybe<K extends string, T>(name: K, read: () => T): { [P in K]?: T } {
    if (!Object.hasOwn(this.#object, name) || this.#object[name] === undefined) return {};
    return { [name]: read() } as { [P in K]?: T };
  }
}
