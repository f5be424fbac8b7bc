/** How another process comes by a backend over the same store. */
export interface StoreElsewhere {
  /** The module that exports the factory: a file URL or a path (`import.meta.resolve('./my-backend.ts')`). */
  module: string | URL;
  /** The name of the export. Default `default`. */
  factory?: string;
  /** What the factory is called with, as JSON. It travels through a pipe: neither argv nor environment show it. */
  argument?: unknown;
  /** Options of `node` for that process. Default: those of this one, as far as they concern it. */
  execArgv?: readonly string[];
}

export interface OpenMessage {
  do: 'open';
  module: string;
  factory: string;
  argument: unknown;
}

export type ToConformanceProcess =
  | OpenMessage
  /** One save, at once. */
  | { do: 'save'; key: string; data: string; expected: string | undefined }
  /** Adds one to the stored count again and again, until told to stop. */
  | { do: 'count'; key: string; times: number }
  | { do: 'stop' };

export type FromConformanceProcess =
  | { said: 'opened' }
  | { said: 'saved'; version: string | undefined }
  /** This number was saved by this process. */
  | { said: 'counted'; number: number }
  | { said: 'finished' }
  | { said: 'failed'; why: string };
