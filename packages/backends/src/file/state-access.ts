import { AuthError } from '@everbearer/core';
import { explainFailure } from './explain-failure.ts';
import { faultError, type StateFault } from './state-fault.ts';

/** The one door to the directory: behind it the directory is fit for use, and every failure is explained. */
export type StateAccess = <T>(purpose: 'read' | 'write', work: () => Promise<T>) => Promise<T>;

/** `prepare` runs before the first use, and after a failure before each one until it finds nothing wrong. */
export function createStateAccess(
  directory: string,
  prepare: () => Promise<StateFault | undefined>,
): StateAccess {
  let preparation: Promise<StateFault | undefined> | undefined;
  return async (purpose, work) => {
    preparation ??= prepare();
    const fault = await preparation;
    if (fault) preparation = undefined;
    // A full disk keeps nobody from reading what is there.
    if (fault && (purpose === 'write' || fault.code !== 'full')) throw faultError(fault);
    try {
      return await work();
    } catch (error) {
      throw error instanceof AuthError ? error : faultError(await explainFailure(error, directory, purpose));
    }
  };
}
