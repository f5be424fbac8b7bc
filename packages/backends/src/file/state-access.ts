import { AuthError } from '@everbearer/core';
import { explainFailure } from './explain-failure.ts';
import { faultError, type StateFault } from './state-fault.ts';

/**
 * The one way to the directory: it is checked before it is used, and every failure is explained. A directory that is safe
 * and takes no writes can be read. Where `find` then finds nothing, the failure is reported in place of "nothing is
 * stored": it is more likely the reason than a directory that is empty on purpose.
 */
export type StateAccess = <T>(purpose: 'read' | 'find' | 'write', work: () => Promise<T>) => Promise<T>;

/** What a {@link StateAccess} does with its directory. Either look resolves to what it found wrong. */
export interface StatePlace {
  directory: string;
  /** Runs before the first use, and again before each later one until it finds nothing wrong. */
  create(): Promise<StateFault | undefined>;
  /**
   * The same before writes, and where nothing is found. It writes, and waits for the disk: who finds what is stored waits for
   * neither, and leaves no trace.
   */
  prepareSaving(): Promise<StateFault | undefined>;
  /** Takes back what is met open to others, and tells whether anything was; what was being read is then read again. */
  tighten(): Promise<boolean>;
}

export function createStateAccess({ directory, create, prepareSaving, tighten }: StatePlace): StateAccess {
  const created = untilGood(create);
  const prepared = untilGood(prepareSaving);
  return async (purpose, work) => {
    const isWrite = purpose === 'write';
    const fault = (await created()) ?? (isWrite ? await prepared() : undefined);
    if (fault && (isWrite || !fault.readable)) throw faultError(fault);
    try {
      const found = await work().catch(async (error: unknown) => {
        const isOpen = (error as { code?: unknown }).code === 'insecure_permissions';
        // Part of a save may be done, and whoever saves tries again.
        if (!isOpen || !(await tighten()) || isWrite) throw error;
        return work();
      });
      if (purpose === 'find' && found === undefined) {
        const why = fault ?? (await prepared());
        // From a full disk what is stored can still be read; where nothing is stored, that is the truth.
        if (why && why.code !== 'full') throw faultError(why);
      }
      return found;
    } catch (error) {
      throw error instanceof AuthError
        ? error
        : faultError(await explainFailure(error, directory, isWrite ? 'write' : 'read'));
    }
  };
}

/** One look at a time, and none after one that found nothing wrong. */
function untilGood(look: () => Promise<StateFault | undefined>): () => Promise<StateFault | undefined> {
  let looked: Promise<StateFault | undefined> | undefined;
  return async () => {
    looked ??= look();
    const fault = await looked;
    if (fault) looked = undefined;
    return fault;
  };
}
