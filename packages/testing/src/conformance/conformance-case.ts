import type { TokenBackend } from '@everbearer/core/contract';
import type { StoreElsewhere } from './conformance-messages.ts';

/** A new, empty store of the kind under test, as the kit uses it in one test. */
export interface ConformanceStore {
  /** Another backend object over this same store. Called once, or more often if several instances can share the store. */
  open(): TokenBackend | Promise<TokenBackend>;
  /** How other processes open this store. With it, the kit also runs, kills and pauses several real processes. */
  elsewhere?: StoreElsewhere | undefined;
  /** Damages the newest stored version of a key without the backend, as a bad disk would. */
  damage?: ((key: string) => void | Promise<void>) | undefined;
  /**
   * Whether the store holds these characters anywhere, without the backend: in any file of its directory, any row, any
   * name. With it, the kit finds what a deletion or a save with `eraseOlder` leaves behind.
   */
  holds?: ((text: string) => boolean | Promise<boolean>) | undefined;
  /** Removes the store. The kit has closed its backends before. */
  dispose?: (() => void | Promise<void>) | undefined;
}

/** What a test works with. */
export interface ConformanceBench {
  backend: TokenBackend;
  store: ConformanceStore;
  /** Another backend object over the same store, closed by the kit. */
  another(): Promise<TokenBackend>;
  /** What the test expects of this backend. */
  readOnly: boolean;
  /** The backend uses the text itself as its version (as `defineBackend` does). */
  textIsVersion: boolean;
  /** How many processes run if several are needed. */
  processes: number;
  /** How long one is paused. */
  pauseMs: number;
  /** How long a process may take for its part. */
  patienceMs: number;
  /** The numbers that other processes saved, as far as they were told. */
  acknowledged: number[];
}

/** One test of the kit. */
export interface ConformanceCase {
  name: string;
  /** Which backends it is about. Default: those that can be written. */
  about?: 'read-only' | 'any' | undefined;
  /** Why the test does not apply to this backend; undefined if it does. */
  skip?: ((bench: ConformanceBench) => string | undefined | false) | undefined;
  run(bench: ConformanceBench): Promise<void>;
}

/** The key of most tests: it looks like the keys of this library. */
export const KEY = 'q1ZkEwXn0m3Jv8oYtS5b-7LrUaPd_2HcGfIeKiNhTxM';

/** Skips the test for backends that cannot compare when they save. */
export function needsCompare({ backend: { capabilities } }: ConformanceBench): string | false {
  return capabilities.cas === 'none' && 'the backend cannot compare when it saves';
}
