import { AuthError } from '@everbearer/core';
import { explainFailure } from './explain-failure.ts';
import { faultError, type StateFault } from './state-fault.ts';

/**
 * The one way to the directory: it is checked before it is used, and every failure is explained. A directory that is safe
 * and takes no writes can be read. Where `find` then finds nothing, the failure is reported in place of "nothing is
 * stored": it is more likely the reason than a directory that is empty on purpose.
 */
export type StateAccess = <T>(purpose: 'read' | 'find' | 'write', work: () => Promise<T>) => Promise<T>;

/** `prepare` runs before the first use, and again before each later one until it finds nothing wrong. */
export function createStateAccess(
  directory: string,
  prepare: () => Promise<StateFault | undefined>,
): StateAccess {
  let preparation: Promise<StateFault | undefined> | undefined;
  return async (purpose, work) => {
    preparation ??= prepare();
    const fault = await preparation;
    if (fault) preparation = undefined;
    if (fault && (purpose === 'write' || !fault.readable)) throw faultError(fault);
    try {
      const found = await work();
      // From a full disk what is stored can still be read; where nothing is stored, that is the truth.
      if (fault && fault.code !== 'full' && purpose === 'find' && found === undefined)
        throw faultError(fault);
      return found;
    } catch (error) {
      const doing = purpose === 'write' ? 'write' : 'read';
      throw error instanceof AuthError ? error : faultError(await explainFailure(error, directory, doing));
    }
  };
}
