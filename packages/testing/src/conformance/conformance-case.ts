import type { TokenBackend } from '@everbearer/core/contract';
import type { StoreElsewhere } from './conformance-messages.ts';

/** A fresh, empty store of the kind under test, as the kit uses it in one test. */
export interface ConformanceStore {
  /** Another backend object over this same store; called at least once, and more often where instances share. */
  open(): TokenBackend | Promise<TokenBackend>;
  /** How other processes open this store: with it, several real processes are tried, killed and paused. */
  elsewhere?: StoreElsewhere;
  /** Spoils the newest stored version of a key behind the backend's back, as a bad disk would. */
  damage?(key: string): void | Promise<void>;
  /** Removes the store. The kit has closed its backends by then. */
  dispose?(): void | Promise<void>;
}

/** What a test gets to work with. */
export interface ConformanceBench {
  backend: TokenBackend;
  store: ConformanceStore;
  /** Another backend object over the same store, closed by the kit. */
  another(): Promise<TokenBackend>;
  /** What the test expects of this backend. */
  readOnly: boolean;
  /** The backend uses the text itself as its version (as `defineBackend` does). */
  textIsVersion: boolean;
  /** How many processes there are where several are needed, and how long one is paused. */
  processes: number;
  pauseMs: number;
  /** How long a process may take for its part. */
  patienceMs: number;
  /** The numbers that other processes were told are saved. */
  acknowledged: number[];
}

export interface ConformanceCase {
  name: string;
  /** Which backends it is about. Default: those that can be written. */
  about?: 'read-only' | 'any';
  /** Why the case does not apply to this backend; undefined when it does. */
  skip?(bench: ConformanceBench): string | undefined | false;
  run(bench: ConformanceBench): Promise<void>;
}

/** The key of most cases: the shape that keys have in this library. */
export const KEY = 'q1ZkEwXn0m3Jv8oYtS5b-7LrUaPd_2HcGfIeKiNhTxM';

/** Refuses the case to backends that cannot compare when they save. */
export function needsCompare({ backend: { capabilities } }: ConformanceBench): string | false {
  return capabilities.cas === 'none' && 'the backend cannot compare when it saves';
}
