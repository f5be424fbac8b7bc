import { ConfigurationError } from '../errors/configuration-error.ts';
import { refuseUnknownOptions } from '../unknown-options.ts';
import { attempt, storeFault } from './store-fault.ts';
import type { SharedFunctions, SingleProcessFunctions, StoreFunctions } from './store-functions.ts';
import type { StoredText, TokenBackend } from './token-backend.ts';

/**
 * A backend from functions over your own database. No text is stored twice, so the text itself serves as its version
 * and no version column is needed.
 *
 * The functions are called on the object they came with, which may hold state of its own: a pool, a `Map`. In an
 * object literal, a function, a text or a boolean of an unknown name is taken for a misspelling and refused.
 *
 * What the functions throw becomes a `TokenBackendError` (`unavailable`) that keeps only the name and the code of the
 * error: messages of database drivers quote what was stored.
 * @throws {ConfigurationError} that names the function which is missing, misspelt or not a function, or `singleProcess`
 * where a `save` that cannot compare comes without it
 */
export function defineBackend(functions: SingleProcessFunctions | SharedFunctions): TokenBackend {
  const given = functions as Partial<SingleProcessFunctions & SharedFunctions>;
  refuseMisspelt(given);
  if (typeof given?.load !== 'function') {
    throw new ConfigurationError({
      option: 'load',
      message: '`load` must be a function (key) => stored text or undefined.',
    });
  }
  checkExtras(given);
  if (typeof given.compareAndSave === 'function') return sharedBackend(functions as SharedFunctions);
  if (typeof given.save !== 'function') {
    throw new ConfigurationError({
      option: 'save',
      message:
        'Give either `compareAndSave` (any number of processes) or `save` with `singleProcess: true` (one writer).',
    });
  }
  if (given.singleProcess !== true) {
    throw new ConfigurationError({
      option: 'singleProcess',
      message:
        '`save` cannot compare, so two processes would spend one refresh token. Give `compareAndSave` instead, or promise one writer with `singleProcess: true`.',
    });
  }
  return singleProcessBackend(functions as SingleProcessFunctions);
}

const OPTIONAL_FUNCTIONS = [
  'list',
  'watch',
  'check',
  'close',
  'remove',
  'compareAndDelete',
  'wasDeleted',
] as const;
const KNOWN = /* @__PURE__ */ (() => [
  ...OPTIONAL_FUNCTIONS,
  'load',
  'save',
  'compareAndSave',
  'singleProcess',
  'durable',
  'location',
])();

/** Whatever stands under such a name was meant to say whether text is kept, and nothing else would miss it. */
const LIKE_DURABLE = /^dura?b/i;

/** Only of an object literal: the fields of a class instance are its own, whatever their names. */
function refuseMisspelt(given: unknown): void {
  if (typeof given !== 'object' || given === null) return;
  if (![Object.prototype, null].includes(Object.getPrototypeOf(given))) return;
  const couldBeMeant = ([name, value]: [string, unknown]) =>
    ['function', 'string', 'boolean'].includes(typeof value) || LIKE_DURABLE.test(name);
  const names = Object.entries(given).filter(couldBeMeant);
  refuseUnknownOptions(Object.fromEntries(names), KNOWN, 'defineBackend()');
}

function checkExtras(given: Partial<SingleProcessFunctions & SharedFunctions>): void {
  if (given.durable !== undefined && typeof given.durable !== 'boolean') {
    throw new ConfigurationError({ option: 'durable', message: '`durable` must be true or false.' });
  }
  if (given.location !== undefined && typeof given.location !== 'string') {
    throw new ConfigurationError({
      option: 'location',
      message: '`location` must be a text that says where the records are.',
    });
  }
  for (const name of OPTIONAL_FUNCTIONS) {
    if (given[name] === undefined || typeof given[name] === 'function') continue;
    throw new ConfigurationError({
      option: name,
      message: `\`${name}\` must be a function, or left out.`,
    });
  }
}

function sharedBackend(functions: SharedFunctions): TokenBackend {
  const { compareAndDelete, location } = functions;
  return {
    ...commonParts(functions, 'shared'),
    save: (key, data, expected) =>
      attempt('save', location, async () => {
        const saved: unknown = await functions.compareAndSave(key, data, expected);
        return toldWhether('compareAndSave', 'stored', saved) ? data : undefined;
      }),
    ...(compareAndDelete && {
      delete: (key, expected) =>
        attempt('delete', location, async () => {
          const deleted: unknown = await compareAndDelete.call(functions, key, expected);
          return toldWhether('compareAndDelete', 'deleted', deleted);
        }),
    }),
  };
}

function toldWhether(
  name: string,
  done: string,
  told: unknown,
  not: string = 'something else was stored',
): boolean {
  if (typeof told === 'boolean') return told;
  throw new ConfigurationError({
    option: name,
    message: `\`${name}\` must return true (${done}) or false (${not}).`,
  });
}

function singleProcessBackend(functions: SingleProcessFunctions): TokenBackend {
  const { remove, location } = functions;
  const common = commonParts(functions, 'process');
  // What changes one key goes one after the other: compare and write are two steps here.
  const changes = new Map<string, Promise<unknown>>();
  function inTurn<T>(key: string, change: () => Promise<T>): Promise<T> {
    const turn = (changes.get(key) ?? Promise.resolve()).then(change);
    const settled = turn.catch(() => undefined);
    changes.set(key, settled);
    void settled.finally(() => changes.get(key) === settled && changes.delete(key));
    return turn;
  }
  const isStill = async (key: string, expected: string | undefined) =>
    (await common.load(key))?.version === expected;
  return {
    ...common,
    save: (key, data, expected) =>
      inTurn(key, async () => {
        if (!(await isStill(key, expected))) return undefined;
        await attempt('save', location, async () => functions.save(key, data));
        return data;
      }),
    ...(remove && {
      delete: (key, expected) =>
        inTurn(key, async () => {
          if (!(await isStill(key, expected))) return false;
          await attempt('delete', location, async () => remove.call(functions, key));
          return true;
        }),
    }),
  };
}

/** What `load` told: the text is its own version. */
function storedText(data: unknown): StoredText | undefined {
  if (data === undefined || data === null) return undefined;
  if (typeof data === 'string') return { data, version: data };
  throw new ConfigurationError({
    option: 'load',
    message: '`load` must return the text that was stored, or undefined.',
  });
}

function commonParts(functions: StoreFunctions, cas: 'shared' | 'process'): Omit<TokenBackend, 'save'> {
  const { durable = true, location, list, wasDeleted, watch, check, close } = functions;
  return {
    capabilities: { cas, durable, writable: true },
    ...(location !== undefined && { location }),
    load: (key) => attempt('load', location, async () => storedText(await functions.load(key))),
    ...(wasDeleted && {
      wasDeleted: (key) =>
        attempt('load', location, async () => {
          const told: unknown = await wasDeleted.call(functions, key);
          return toldWhether('wasDeleted', 'deleted', told, 'stored, or never there');
        }),
    }),
    ...(list && {
      async *list() {
        try {
          yield* await list.call(functions);
        } catch (cause) {
          throw storeFault('list', location, cause);
        }
      },
    }),
    ...(watch && {
      watch(key, hint) {
        try {
          return watch.call(functions, key, hint);
        } catch (cause) {
          throw storeFault('watch', location, cause);
        }
      },
    }),
    ...(check && { check: () => attempt('check', location, async () => check.call(functions)) }),
    ...(close && { close: () => attempt('close', location, async () => close.call(functions)) }),
  };
}
