import { AuthError } from '@everbearer/core';
import { explainFailure } from './explain-failure.ts';
import { faultError, type StateFault } from './state-fault.ts';

/** The one way to the directory: it is checked before it is used, and every failure is explained. */
export type StateAccess = <T>(purpose: 'read' | 'write', work: () => Promise<T>) => Promise<T>;

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
    // What is stored can be read from a full disk.
    if (fault && (purpose === 'write' || fault.code !== 'full')) throw faultError(fault);
    try {
      return await work();
    } catch (error) {
      throw error instanceof AuthError ? error : faultError(await explainFailure(error, directory, purpose));
    }
  };
}
