import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions, type TokenBackend } from '@everbearer/core/contract';
import { CONCURRENCY_CASES } from './concurrency-cases.ts';
import type { ConformanceBench, ConformanceCase, ConformanceStore } from './conformance-case.ts';
import type { StoreElsewhere } from './conformance-messages.ts';
import { ERASURE_CASES } from './erasure-cases.ts';
import { FEATURE_CASES } from './feature-cases.ts';
import { PROCESS_CASES } from './process-cases.ts';
import { SAVE_CASES } from './save-cases.ts';
import { TEXT_CASES } from './text-cases.ts';

/**
 * `test` or `it` of vitest, `test` of node:test, or any function that registers a test as they do. `timeoutMs` is for
 * runners with a time limit: how long the test may take.
 */
export type TestRegistrar = (
  name: string,
  run: (context: { skip(reason?: string): void }) => Promise<void>,
  timeoutMs?: number,
) => unknown;

/** Options of `backendConformance()`. */
export interface BackendConformanceOptions {
  /** Registers each test with your test runner. */
  test: TestRegistrar;
  /** A new, empty store for one test. A backend that nothing else must open can be returned as it is. */
  create(): TokenBackend | ConformanceStore | Promise<TokenBackend | ConformanceStore>;
  /** The backend cannot be written: only the tests that fit such a backend are registered. Default false. */
  readOnly?: boolean | undefined;
  /** The backend uses the text as its version (`defineBackend`), so the kit never saves a text twice. Default false. */
  textIsVersion?: boolean | undefined;
  /** How many processes run at once, if the store has `elsewhere`. Default 4. */
  processes?: number | undefined;
  /** How long a process is paused, in milliseconds. Make it longer than the life of a lock of yours. Default 1000. */
  pauseMs?: number | undefined;
  /** How long a process may take for its part, in milliseconds. Default 30000. */
  patienceMs?: number | undefined;
}

const OPTIONS = Object.keys({
  test: true,
  create: true,
  readOnly: true,
  textIsVersion: true,
  processes: true,
  pauseMs: true,
  patienceMs: true,
} satisfies Record<keyof BackendConformanceOptions, true>);

const STORE = Object.keys({
  open: true,
  elsewhere: true,
  damage: true,
  holds: true,
  dispose: true,
} satisfies Record<keyof ConformanceStore, true>);

const ELSEWHERE = Object.keys({
  module: true,
  factory: true,
  argument: true,
  execArgv: true,
} satisfies Record<keyof StoreElsewhere, true>);

/**
 * Registers the tests that every {@link TokenBackend} passes. Tests of something that the backend does not offer are
 * skipped, with the reason. A test fails with a ConfigurationError if the store has an unknown member.
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
 * @throws {ConfigurationError} naming an option that is unknown, or `test` or `create` where it is not a function
 */
export function backendConformance(options: BackendConformanceOptions): void {
  refuseUnknownOptions(options, OPTIONS, 'backendConformance()');
  for (const option of ['test', 'create'] as const) {
    if (typeof options[option] === 'function') continue;
    throw new ConfigurationError({ option, message: `\`${option}\` must be a function.` });
  }
  const about = ['any', options.readOnly ? 'read-only' : 'writable'];
  for (const conformanceCase of ALL_CASES) {
    if (!about.includes(conformanceCase.about ?? 'writable')) continue;
    options.test(conformanceCase.name, (context) => runCase(conformanceCase, options, context), TIMEOUT_MS);
  }
}

/** Processes start, pause and are killed, and a database on a busy machine is slow. */
const TIMEOUT_MS = 60_000;

const ALL_CASES: readonly ConformanceCase[] = [
  ...SAVE_CASES,
  ...CONCURRENCY_CASES,
  ...TEXT_CASES,
  ...FEATURE_CASES,
  ...ERASURE_CASES,
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
  // Last, because some runners end the test by throwing here.
  if (reason) context.skip(reason);
}

function storeOf(created: TokenBackend | ConformanceStore): ConformanceStore {
  if ('load' in created) return { open: () => created };
  refuseUnknownOptions(created, STORE, 'backendConformance()', 'create().');
  refuseUnknownOptions(created.elsewhere ?? {}, ELSEWHERE, 'backendConformance()', 'create().elsewhere.');
  return created;
}
