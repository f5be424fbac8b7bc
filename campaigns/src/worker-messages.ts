import type { Store } from './open-store.ts';

/** What a worker needs to know; it comes as JSON in its environment. */
export interface WorkerConfig {
  store: Store;
  tokenEndpoint: string;
  clientId: string;
  apiUrl: string;
  /** Ask again and again, instead of waiting to be told. */
  incessant: boolean;
}

export type ToWorker = { calls: number } | 'stop';

export type FromWorker =
  | { type: 'ready' }
  /** A round is over. `slowestMs` is the longest that one call took. */
  | { type: 'done'; ok: number; faults: Record<string, number>; slowestMs: number }
  | { type: 'event'; event: string };
