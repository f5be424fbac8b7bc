import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TokenBackend } from '@everbearer/core/contract';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { backendConformance } from '@everbearer/testing/backend-conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresStore } from '../src/postgres-store.ts';
import { newSchema, onServer } from './support/postgres-databases.ts';
import { type PostgresServer, startPostgres } from './support/postgres-server.ts';

/* The kit over the database recipes of docs/backends.md, exactly as they stand there. */

const page = readFileSync(new URL('../../../docs/backends.md', import.meta.url), 'utf8');
/** Inside this package, so that the imports resolve as they are printed. */
const workshop = fileURLToPath(new URL('../documentation-blocks', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'recipes-'));
// No lock of these stores lasts longer than a save.
const kit = { test, pauseMs: 150, textIsVersion: true, processes: 3 };
let postgres: PostgresServer;
let files = 0;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(async () => {
  await postgres?.[Symbol.asyncDispose]();
  for (const each of [workshop, folder]) rmSync(each, { recursive: true, force: true });
}, 60_000);

/** The module that is the one code block of the page with such a function, and that function. */
async function recipe<Settings>(factory: string) {
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  const [code = '', ...more] = blocks.filter((block) => block.includes(`export function ${factory}(`));
  expect([code === '', more.length], `one recipe with ${factory}()`).toEqual([false, 0]);
  mkdirSync(workshop, { recursive: true });
  const path = join(workshop, `${factory}.ts`);
  writeFileSync(path, code);
  const module = pathToFileURL(path).href;
  const exported = (await import(module)) as Record<string, (settings: Settings) => TokenBackend>;
  return { module, factory, open: exported[factory] as (settings: Settings) => TokenBackend };
}

const TABLE = /`(CREATE TABLE tokens [^`]+)`/.exec(page)?.[1] ?? 'the page does not say';

describe('the recipe for node:sqlite', () => {
  backendConformance({
    ...kit,
    async create() {
      const { open, ...elsewhere } = await recipe<string>('sqliteBackend');
      const path = join(folder, `${++files}.db`);
      return {
        open: () => open(path),
        elsewhere: { ...elsewhere, argument: path, execArgv: SOURCE_OPTIONS },
      };
    },
  });
});

describe.each(['read committed', 'repeatable read', 'serializable'])(
  'the recipe for PostgreSQL, where transactions are %s',
  (isolation) => {
    backendConformance({
      ...kit,
      async create() {
        const { open, ...elsewhere } = await recipe<object>('postgresBackend');
        const settings = await newSchema(postgres, TABLE, isolation);
        return {
          open: () => open(settings),
          elsewhere: { ...elsewhere, argument: settings, execArgv: SOURCE_OPTIONS },
        };
      },
    });
  },
);

test('the isolation level of those tests is in force', async () => {
  const settings = await newSchema(postgres, TABLE, 'repeatable read');
  const { rows } = await onServer(postgres, settings, 'SHOW transaction_isolation');
  expect(rows).toEqual([{ transaction_isolation: 'repeatable read' }]);
});

describe('the example for PostgreSQL, where transactions are repeatable read', () => {
  backendConformance({
    ...kit,
    async create() {
      const settings = await newSchema(postgres, TABLE, 'repeatable read');
      const module = import.meta.resolve('../src/postgres-store.ts');
      const elsewhere = { module, factory: 'postgresStore', argument: settings, execArgv: SOURCE_OPTIONS };
      return { open: () => postgresStore(settings), elsewhere };
    },
  });
});
