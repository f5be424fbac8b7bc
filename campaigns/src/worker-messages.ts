import type { Store } from './open-store.ts';

/** What a worker needs to know; it comes as JSON in its environment. */
export interface WorkerConfig {
  store: Store;
  tokenEndpoint: string;
  clientId: string;
  apiUrl: string;
  /** Ask again and again, instead of waiting to be told. */
  incessant: boolean;
  /** What the provider says of the server. Default: it forgives nothing. */
  graceMs?: number;
  /** Nobody can tell whether the holder of a lease lives, as on another machine. */
  strangers?: boolean;
  timing?: { requestTimeoutMs: number; leaseTtlMs: number };
  /** Killed by itself right before this system call of the file backend, counted from when it was ready. */
  killBefore?: number;
}

/** So many callers at once, of which this many send a request; the others only ask for a token. */
export interface Round {
  callers: number;
  requests: number;
}

export type ToWorker = Round | 'stop';

export type FromWorker =
  | { type: 'ready' }
  /** A round is over, at this time. `slowestMs` is the longest that one call took. */
  | { type: 'done'; at: number; ok: number; faults: Record<string, number>; slowestMs: number }
  /** Its time is that of the worker: the message itself may be late. */
  | { type: 'event'; at: number; event: string }
  /** A refresh token was rotated: fingerprints of the one presented and the one received. */
  | { type: 'received'; from: string; token: string }
  /** The last words of a worker that kills itself: the system call, and what kind of file it was about. */
  | { type: 'dying'; point: string };
