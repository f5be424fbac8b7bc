import { basename, resolve } from 'node:path';
import { ConfigurationError } from '@everbearer/core';
import type { CommandInput } from '../session/command-input.ts';
import type { TraceRecord } from '../timeline/trace-record.ts';
import { KeptTrace, keptTracesFolder } from '../trace/kept-trace.ts';
import { withPreload } from '../trace/preload-option.ts';
import { recordOf } from '../trace/read-records.ts';
import { SegmentReader } from '../trace/segment-reader.ts';
import { makeTraceFolder } from '../trace/trace-folder.ts';
import { traceOutlet } from '../trace/trace-outlet.ts';
import { tracePage } from '../trace/trace-page.ts';
import { TraceSummary } from '../trace/trace-summary.ts';
import { quietly } from '../traced/quietly.ts';
import { PLACE_VARIABLE } from '../traced/trace-place.ts';
import { type ProgramEnd, runAttached, signalStatus } from '../world/attached-program.ts';

/** How often is looked at what the traced processes wrote. */
const LOOK_MS = 200;

/** Runs a program, and tells of each request of its Node processes. Ends as the program ends. */
export async function run({ args, options, world }: CommandInput): Promise<number> {
  const [command = '', ...rest] = args as readonly string[];
  if (command === '') throw noProgram();
  refuseUntraceable(command);
  refusePermissions([...rest, world.env['NODE_OPTIONS'] ?? '']);
  const output = options['output'] as string | undefined;
  using outlet = traceOutlet({ output, json: options.json }, world);
  const html = options['html'] as string | undefined;
  const page = html === undefined ? undefined : tracePage(resolve(world.directory, html));
  using folder = makeTraceFolder();
  const kept = new KeptTrace(keptTracesFolder(world.env), world.now());
  const summary = new TraceSummary();
  const hear = (record: TraceRecord | undefined, line: string): void => {
    if (!record || !summary.isNews(record)) return;
    summary.add(record);
    kept.add(line);
    page?.add(record);
    outlet.show(record, line);
  };
  const end = await runWatched(folder.path, hear, () => {
    const env = {
      ...world.env,
      NODE_OPTIONS: withPreload(world.env['NODE_OPTIONS']),
      [PLACE_VARIABLE]: folder.path,
    };
    return runAttached(command, rest, { directory: world.directory, env });
  });
  const last = endRecord(end, world.now());
  hear(last, JSON.stringify(last));
  const note = (text: string): void => {
    const record: TraceRecord = { at: world.now(), pid: end.pid, kind: 'note', text };
    world.notes.write(options.json ? `${JSON.stringify(record)}\n` : `trace: ${text}\n`);
  };
  if (page) note(await page.write());
  note(summary.words(kept.isKept));
  if (end.signal) world.endBy(end.signal);
  return end.signal ? signalStatus(end.signal) : (end.exitStatus ?? 0);
}

/** Hears what is written in the folder, until the work is done. */
async function runWatched(
  folder: string,
  hear: (record: TraceRecord | undefined, line: string) => void,
  work: () => Promise<ProgramEnd>,
): Promise<ProgramEnd> {
  const reader = new SegmentReader(folder);
  // Where somebody cleans up /tmp, the trace is lost and the program is not.
  const look = quietly(() => {
    for (const line of reader.lines()) hear(recordOf(line), line);
  });
  const looking = setInterval(look, LOOK_MS);
  try {
    const end = await work();
    look();
    return end;
  } finally {
    clearInterval(looking);
  }
}

/** A process that was killed did not tell it itself. */
function endRecord({ pid, exitStatus, signal }: ProgramEnd, at: number): TraceRecord {
  return signal
    ? { at, pid, kind: 'process_ended', signal }
    : { at, pid, kind: 'process_ended', exitStatus: exitStatus ?? 0 };
}

function noProgram(): ConfigurationError {
  const message = 'Say which program, behind --: everbearer trace -- node app.js';
  return new ConfigurationError({ option: 'program', message });
}

/** @throws {ConfigurationError} for a runtime that does not load what traces */
function refuseUntraceable(command: string): void {
  const name = basename(command).replace(/\.exe$/i, '');
  if (!['bun', 'bunx', 'deno'].includes(name)) return;
  const message = `${name} is not traced: only Node tells of its requests. Run the program with node, or give the token manager an onEvent.`;
  throw new ConfigurationError({ option: 'command', message });
}

/** @throws {ConfigurationError} for a Node that may not read what traces: it would end at once */
function refusePermissions(words: readonly string[]): void {
  if (!words.some((word) => /(^|\s)--(experimental-)?permission\b/.test(word))) return;
  const message =
    'With --permission, Node may not load the file that records, and would end at once. Trace the program without --permission.';
  throw new ConfigurationError({ option: 'program', message });
}
