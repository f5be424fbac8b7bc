import type { TokenBackend } from '@everbearer/core/contract';
import { CONCURRENCY_CASES } from './concurrency-cases.ts';
import type { ConformanceBench, ConformanceCase, ConformanceStore } from './conformance-case.ts';
import { FEATURE_CASES } from './feature-cases.ts';
import { PROCESS_CASES } from './process-cases.ts';
import { SAVE_CASES } from './save-cases.ts';
import { TEXT_CASES } from './text-cases.ts';

export type { ConformanceStore } from './conformance-case.ts';
export type { StoreElsewhere } from './conformance-messages.ts';

/**
 * `test` or `it` of vitest, `test` of node:test, or anything that registers a test in their way. Runners with a limit
 * of their own take it as the third argument.
 */
export type TestRegistrar = (
  name: string,
  run: (context: { skip(reason?: string): void }) => Promise<void>,
  timeoutMs?: number,
) => unknown;

export interface BackendConformanceOptions {
  test: TestRegistrar;
  /** A fresh, empty store for one test; a backend that stands alone may be given as it is. */
  create(): TokenBackend | ConformanceStore | Promise<TokenBackend | ConformanceStore>;
  /** The backend cannot be written: only what then still holds is tested. */
  readOnly?: boolean;
  /** The backend uses the text as its version (`defineBackend`): the kit then never saves a text twice. */
  textIsVersion?: boolean;
  /** How many processes are tried at once, with `elsewhere`. Default 4. */
  processes?: number;
  /** How long a process is paused, in milliseconds: longer than a lock of yours lasts. Default 1000. */
  pauseMs?: number;
  /** How long a process may take for its part, in milliseconds. Default 30000. */
  patienceMs?: number;
}

/**
 * Registers the tests that every {@link TokenBackend} passes; those about something a backend does not
 * offer are skipped, with the reason.
 *
 * ```ts
 * import { backendConformance } from '@everbearer/testing/backend-conformance';
 * import { test } from 'vitest';
 *
 * backendConformance({
 *   test,
 *   async create() {
 *     const directory = await mkdtemp(join(tmpdir(), 'my-backend-'));
 *     return {
 *       open: () => myBackend({ directory }),
 *       elsewhere: { module: import.meta.resolve('./my-backend.ts'), factory: 'myBackend', argument: { directory } },
 *       dispose: () => rm(directory, { recursive: true }),
 *     };
 *   },
 * });
 * ```
 */
export function backendConformance(options: BackendConformanceOptions): void {
  const about = ['any', options.readOnly ? 'read-only' : 'writable'];
  for (const conformanceCase of ALL_CASES) {
    if (!about.includes(conformanceCase.about ?? 'writable')) continue;
    options.test(conformanceCase.name, (context) => runCase(conformanceCase, options, context), TIMEOUT_MS);
  }
}

/** Processes start, pause and are killed; a database on a loaded machine takes its time. */
const TIMEOUT_MS = 60_000;

const ALL_CASES: readonly ConformanceCase[] = [
  ...SAVE_CASES,
  ...CONCURRENCY_CASES,
  ...TEXT_CASES,
  ...FEATURE_CASES,
  ...PROCESS_CASES,
];

async function runCase(
  { skip, run }: ConformanceCase,
  { create, ...options }: BackendConformanceOptions,
  context: { skip(reason?: string): void },
): Promise<void> {
  const store = storeOf(await create());
  const opened: TokenBackend[] = [];
  const another = async () => {
    const backend = await store.open();
    opened.push(backend);
    return backend;
  };
  let reason: string | undefined | false;
  try {
    const { readOnly = false, textIsVersion = false } = options;
    const { processes = 4, pauseMs = 1_000, patienceMs = 30_000 } = options;
    const told = { readOnly, textIsVersion, processes, pauseMs, patienceMs };
    const bench: ConformanceBench = { backend: await another(), store, another, acknowledged: [], ...told };
    reason = skip?.(bench);
    if (!reason) await run(bench);
  } finally {
    for (const backend of new Set(opened)) await backend.close?.();
    await store.dispose?.();
  }
  // Last, because some runners leave the test by an exception here.
  if (reason) context.skip(reason);
}

function storeOf(created: TokenBackend | ConformanceStore): ConformanceStore {
  return 'load' in created ? { open: () => created } : created;
}
