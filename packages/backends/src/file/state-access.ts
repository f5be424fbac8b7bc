import { AuthError } from '@everbearer/core';
import { explainFailure } from './explain-failure.ts';
import { faultError, type StateFault } from './state-fault.ts';

/**
 * The one way to the directory: it is checked before it is used, and every failure is explained. A directory that is safe
 * and takes no writes can be read. Where `find` then finds nothing, the failure is reported in place of "nothing is
 * stored": it is more likely the reason than a directory that is empty on purpose.
 */
export type StateAccess = <T>(purpose: 'read' | 'find' | 'write', work: () => Promise<T>) => Promise<T>;

/**
 * `prepare` runs before the first use, and again before each later one until it finds nothing wrong. `tighten` takes back
 * what is met open to others, and tells whether anything was; what was being read is then read again.
 */
export function createStateAccess(
  directory: string,
  prepare: () => Promise<StateFault | undefined>,
  tighten: () => Promise<boolean>,
): StateAccess {
  let preparation: Promise<StateFault | undefined> | undefined;
  return async (purpose, work) => {
    preparation ??= prepare();
    const fault = await preparation;
    if (fault) preparation = undefined;
    if (fault && (purpose === 'write' || !fault.readable)) throw faultError(fault);
    try {
      const found = await work().catch(async (error: unknown) => {
        const isOpen = (error as { code?: unknown }).code === 'insecure_permissions';
        // Part of a save may be done, and whoever saves tries again.
        if (!isOpen || !(await tighten()) || purpose === 'write') throw error;
        return work();
      });
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
