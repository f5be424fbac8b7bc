/** How another process opens a backend over the same store. */
export interface StoreElsewhere {
  /** The module that exports the factory: a file URL or a path (`import.meta.resolve('./my-backend.ts')`). */
  module: string | URL;
  /** The name of the export. Default `default`. */
  factory?: string | undefined;
  /** What the factory is called with, as JSON. It is sent through a pipe, so it is in neither argv nor environment. */
  argument?: unknown;
  /** Options of `node` for that process. Default: those of this process, without those for its tests and debugger. */
  execArgv?: readonly string[] | undefined;
}

/** Tells a process which backend to open. */
export interface OpenMessage {
  do: 'open';
  module: string;
  factory: string;
  argument: unknown;
}

/** What a process of the kit is told to do. */
export type ToConformanceProcess =
  | OpenMessage
  /** One save, at once. */
  | { do: 'save'; key: string; data: string; expected: string | undefined }
  /** Adds one to the stored count, that many times or until told to stop. */
  | { do: 'count'; key: string; times: number }
  | { do: 'stop' };

/** What a process of the kit reports. */
export type FromConformanceProcess =
  | { said: 'opened' }
  | { said: 'saved'; version: string | undefined }
  /** It is about to save the next number. `counted` or `passed over` ends that save. */
  | { said: 'saving' }
  /** This process saved this number, and the save took that long. */
  | { said: 'counted'; number: number; tookMs: number }
  /** Another process was first, so nothing was saved. */
  | { said: 'passed over' }
  | { said: 'finished' }
  | { said: 'failed'; why: string };
