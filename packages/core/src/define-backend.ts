import { ConfigurationError } from './errors.ts';
import type { TokenBackend } from './token-backend.ts';

/** Two functions, one writer: nobody else writes these records while this process runs. */
export interface SingleProcessFunctions {
  /** The stored text, or nothing. */
  load(key: string): Promise<string | undefined | null> | string | undefined | null;
  /** Stores the text, replacing what was there. Rejects when it did not. */
  save(key: string, data: string): Promise<void> | void;
  /** The promise that there is one writer. */
  singleProcess: true;
  /** Whether saved text outlives the process. Default true. */
  durable?: boolean;
}

/** With a save that compares, any number of processes may share the records. */
export interface SharedFunctions {
  /** The stored text, or nothing. */
  load(key: string): Promise<string | undefined | null> | string | undefined | null;
  /**
   * Stores the text if what is stored is still exactly `expected` (undefined: nothing is stored), as one
   * atomic step; tells whether it did. In SQL: `UPDATE … WHERE id = ? AND token = ?`, and for undefined an
   * `INSERT` that fails when the row exists.
   */
  compareAndSave(key: string, data: string, expected: string | undefined): Promise<boolean> | boolean;
  /** Default true. */
  durable?: boolean;
}

/**
 * A backend from functions over your own database. The text is never the same twice, so the text itself
 * serves as its version and no version column is needed.
 * @throws {ConfigurationError} when a function is missing, or when neither kind is complete
 */
export function defineBackend(functions: SingleProcessFunctions | SharedFunctions): TokenBackend {
  const given = functions as Partial<SingleProcessFunctions & SharedFunctions>;
  if (typeof given?.load !== 'function') {
    throw new ConfigurationError('load', '`load` must be a function (key) => stored text or undefined.');
  }
  if (given.durable !== undefined && typeof given.durable !== 'boolean') {
    throw new ConfigurationError('durable', '`durable` must be true or false.');
  }
  if (typeof given.compareAndSave === 'function') return sharedBackend(functions as SharedFunctions);
  if (typeof given.save !== 'function') {
    throw new ConfigurationError(
      'save',
      'Give either `compareAndSave` (any number of processes) or `save` with `singleProcess: true` (one writer).',
    );
  }
  if (given.singleProcess !== true) {
    throw new ConfigurationError(
      'singleProcess',
      '`save` cannot compare, so two processes would spend one refresh token. Give `compareAndSave` instead, or promise one writer with `singleProcess: true`.',
    );
  }
  return singleProcessBackend(functions as SingleProcessFunctions);
}

function sharedBackend(functions: SharedFunctions): TokenBackend {
  return {
    capabilities: { cas: 'shared', durable: functions.durable ?? true, writable: true },
    load: (key) => loadText(functions, key),
    async save(key, data, expected) {
      const saved: unknown = await functions.compareAndSave(key, data, expected);
      if (typeof saved !== 'boolean') {
        throw new ConfigurationError(
          'compareAndSave',
          '`compareAndSave` must return true (stored) or false (something else was stored).',
        );
      }
      return saved ? data : undefined;
    },
  };
}

function singleProcessBackend(functions: SingleProcessFunctions): TokenBackend {
  // Saves of one key run one after the other: compare and write are two steps here.
  const saves = new Map<string, Promise<unknown>>();
  async function compareThenSave(key: string, data: string, expected: string | undefined) {
    const stored = await loadText(functions, key);
    if (stored?.version !== expected) return undefined;
    await functions.save(key, data);
    return data;
  }
  return {
    capabilities: { cas: 'process', durable: functions.durable ?? true, writable: true },
    load: (key) => loadText(functions, key),
    save(key, data, expected) {
      const before = saves.get(key) ?? Promise.resolve();
      const save = before.then(() => compareThenSave(key, data, expected));
      const settled = save.catch(() => undefined);
      saves.set(key, settled);
      void settled.finally(() => saves.get(key) === settled && saves.delete(key));
      return save;
    },
  };
}

async function loadText(functions: { load: SharedFunctions['load'] }, key: string) {
  const data = await functions.load(key);
  if (data === undefined || data === null) return undefined;
  if (typeof data !== 'string') {
    throw new ConfigurationError('load', '`load` must return the text that was stored, or undefined.');
  }
  return { data, version: data };
}
