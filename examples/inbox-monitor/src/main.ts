import { closeSync, openSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { tableOf } from './figures.ts';
import { monitorRealInbox } from './real-inbox.ts';
import { simulate } from './simulation.ts';
import { createStory } from './story.ts';
import { createTrace } from './trace.ts';
import { HELP } from './words.ts';

interface Options {
  help?: boolean | undefined;
  html?: string | undefined;
  json?: boolean | undefined;
  once?: boolean | undefined;
}

class UsageError extends Error {}

/** A terminal that cannot go back gets lines, as a pipe does. */
const screen = {
  write: (text: string) => process.stdout.write(text),
  isTTY: process.stdout.isTTY && process.env['TERM'] !== 'dumb',
  get columns() {
    return process.stdout.columns;
  },
};

/** Whoever reads the first lines alone has seen enough. */
process.stdout.on('error', (error: { code?: string }) => process.exit(error.code === 'EPIPE' ? 0 : 1));
// By way of `exit`, which ends the monitors.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => process.exit(128 + constants.signals[signal]));

try {
  process.exitCode = await run(readOptions(), process.env);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message} All options: npm start -- --help`);
  process.exitCode = 2;
}

function readOptions(): Options {
  const flag = { type: 'boolean' } as const;
  try {
    const { values } = parseArgs({
      options: { help: flag, html: { type: 'string' }, json: flag, once: flag },
    });
    return values;
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]?.replace(/\.?$/, '.'));
  }
}

async function run({ help, html, json, once }: Options, env: NodeJS.ProcessEnv): Promise<number> {
  const { TENANT_ID: tenantId, CLIENT_ID: clientId } = env;
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (tenantId && clientId) {
    if (html !== undefined || json)
      throw new UsageError('--html and --json are for the demonstration, not for your own inbox.');
    await monitorRealInbox({ tenantId, clientId, once: once ?? false }, (line) => console.log(line));
    return 0;
  }
  if (tenantId || clientId) {
    const missing = tenantId ? 'CLIENT_ID' : 'TENANT_ID';
    throw new UsageError(`Set both TENANT_ID and CLIENT_ID for the real inbox; ${missing} is missing.`);
  }
  if (once) throw new UsageError('--once is for your own inbox: set TENANT_ID and CLIENT_ID.');
  return demonstrate(html === undefined ? undefined : writablePath(html, env), json ?? false);
}

async function demonstrate(html: string | undefined, json: boolean): Promise<number> {
  const trace = html === undefined ? undefined : createTrace();
  const story = createStory(screen, screen.isTTY && !process.env['NO_COLOR']);
  story.introduce();
  const figures = await simulate(story, trace);
  for (const line of tableOf(figures, process.stdout.columns || 80)) story.line(line);
  if (trace && html !== undefined) {
    writeFileSync(html, trace.page());
    story.line(`The page with the timeline: ${html}`);
  }
  story.end();
  if (json) story.line(JSON.stringify(figures));
  return figures.ok ? 0 : 1;
}

/** Found out before the story is told. A path is relative to where npm was called. */
function writablePath(path: string, env: NodeJS.ProcessEnv): string {
  const full = resolve(env['INIT_CWD'] ?? '.', path);
  try {
    closeSync(openSync(full, 'a'));
    return full;
  } catch (error) {
    throw new UsageError(
      `--html: ${full} cannot be written (${(error as { code?: string }).code}). Name another file.`,
    );
  }
}
