import { closeSync, openSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import { linesOf } from './figures.ts';
import { tell } from './story.ts';
import { createDisplay } from './table.ts';
import { createTrace } from './trace.ts';
import { HELP, INTRODUCTION, NEXT, TITLE } from './words.ts';
import type { Worker } from './worker.ts';

class UsageError extends Error {}

/** A terminal that cannot go back gets lines, as a pipe does. */
const screen = {
  write: (text: string) => process.stdout.write(text),
  isTTY: process.stdout.isTTY && process.env['TERM'] !== 'dumb',
  get columns() {
    return process.stdout.columns;
  },
  get rows() {
    return process.stdout.rows;
  },
};

/** Whoever reads the first lines alone has seen enough. */
process.stdout.on('error', (error: { code?: string }) => process.exit(error.code === 'EPIPE' ? 0 : 1));
// By way of `exit`, which ends the workers.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => process.exit(128 + constants.signals[signal]));

try {
  const { help, html, json } = readOptions();
  if (help) process.stdout.write(HELP);
  else
    process.exitCode = await demonstrate(html === undefined ? undefined : writablePath(html), json ?? false);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message} All options: npm run start:workers -- --help`);
  process.exitCode = 2;
}

function readOptions() {
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({ options: { help: flag, html: { type: 'string' }, json: flag } }).values;
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]?.replace(/\.?$/, '.'));
  }
}

async function demonstrate(html: string | undefined, json: boolean): Promise<number> {
  const width = () => Math.max(8, process.stdout.columns || 80) - 1;
  for (const text of [TITLE, ...INTRODUCTION]) console.log(wrapAnsi(text, width()));
  const workers: Worker[] = [];
  const trace = html === undefined ? undefined : createTrace();
  const display = createDisplay(() => workers.map(({ row }) => row), screen);
  const figures = await tell(workers, display, trace).finally(() => display.end());
  for (const line of linesOf(figures, width())) console.log(line);
  if (trace && html !== undefined) {
    writeFileSync(html, trace.page());
    console.log(`The page with the timeline: ${html}\n`);
  }
  console.log('Next');
  for (const [command, words] of NEXT)
    console.log(`  ${wrapAnsi(`${command}: ${words}`, width() - 6).replaceAll('\n', '\n      ')}`);
  if (json) console.log(JSON.stringify(figures));
  return figures.ok ? 0 : 1;
}

/** Found out before the story is told. A path is relative to where npm was called. */
function writablePath(path: string): string {
  const full = resolve(process.env['INIT_CWD'] ?? '.', path);
  try {
    closeSync(openSync(full, 'a'));
    return full;
  } catch (error) {
    throw new UsageError(
      `--html: ${full} cannot be written (${(error as { code?: string }).code}). Name another file.`,
    );
  }
}
