/** What a worker needs to know; it comes as JSON in its environment. */
export interface WorkerConfig {
  store: { path: string } | { host: string; user: string; database: string };
  tokenEndpoint: string;
  clientId: string;
  apiUrl: string;
}

/** So many calls for each of these users, all at once. */
export interface ToWorker {
  users: readonly string[];
  callsEach: number;
}

/** `wrong`: what was answered instead of the user's own name. */
export type FromWorker = { type: 'ready' } | { type: 'done'; right: number; wrong: string[] };
