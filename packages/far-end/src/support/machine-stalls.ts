import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What a busy machine adds to a time that was measured on it. */
export interface MachineStalls extends Disposable {
  /** For how long, at most, a process that had nothing to do but to wake was kept waiting since this began. */
  readonly longestMs: number;
}

/**
 * Watches how late this process wakes. For tests that bound how long other processes take: a call passes through several, and
 * each may be kept waiting as long. The bound is then on what the product adds, and on a calm machine it is the bound as written.
 */
export function watchStalls(): MachineStalls {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  return {
    get longestMs() {
      return Math.max(0, delays.max / 1e6 - 10);
    },
    [Symbol.dispose]: () => delays.disable(),
  };
}
