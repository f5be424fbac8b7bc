/** What a worker needs to know; it comes as JSON in its environment. */
export interface WorkerConfig {
  directory: string;
  tokenEndpoint: string;
  clientId: string;
  apiUrl: string;
  /** Ask again and again, instead of waiting to be told. */
  incessant: boolean;
}

/** So many callers at once, of which this many send a request; the others only ask for a token. */
export interface Round {
  callers: number;
  requests: number;
}

export type ToWorker = Round | 'stop';

export type FromWorker =
  | { type: 'ready' }
  /** A round is over. `slowestMs` is the longest that one call took. */
  | { type: 'done'; ok: number; faults: Record<string, number>; slowestMs: number }
  | { type: 'event'; event: string };
