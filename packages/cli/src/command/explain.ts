import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConfigurationError } from '@everbearer/core';
import { type Explained, explanationText } from '../explain/explanation-text.ts';
import { groupRefusals } from '../explain/group-refusals.ts';
import { readResponse } from '../explain/read-response.ts';
import type { Refusal } from '../explain/refusal.ts';
import { refusalsInTrace } from '../explain/refusals-in-trace.ts';
import { painter } from '../print/paint.ts';
import { printJson } from '../print/print-json.ts';
import { printable } from '../print/printable.ts';
import type { CommandInput } from '../session/command-input.ts';
import type { TraceRecord } from '../timeline/trace-record.ts';
import { keptTracesFolder, readLastTrace } from '../trace/kept-trace.ts';
import { recordOf, settledRecords } from '../trace/read-records.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';
import { readInput } from '../world/world.ts';

/** Says why answers were a 401 or 403: those of a trace, or one that was pasted. */
export async function run(input: CommandInput): Promise<ExitStatus> {
  const { options, world } = input;
  const explained = groupRefusals(refusalsIn(await textOf(input), world.now()));
  if (options.json) printJson(world.output, explained.map(asJson));
  else if (explained.length === 0) world.output.write('No answer was a 401 or 403.\n');
  else world.output.write(explained.map((each) => asText(each, input)).join('\n'));
  return EXIT.good;
}

async function textOf({ args, world }: CommandInput): Promise<string> {
  const [file] = args;
  if (file === '-') return readInput(world.input);
  if (file !== undefined) return readFile(resolve(world.directory, file), 'utf8').catch(unreadable);
  const folder = keptTracesFolder(world.env);
  const last = folder === undefined ? undefined : readLastTrace(folder);
  if (last !== undefined) return last;
  const message =
    'There is no trace to explain. Make one: everbearer trace -- node app.js. Or give an answer: curl -i URL | everbearer explain -';
  throw new ConfigurationError({ option: 'file', message });
}

/** The name is not repeated: it may be a token that was typed in the wrong place. */
function unreadable(error: { code?: string }): never {
  const message = `The file cannot be read (${error.code}). Give a file that everbearer trace --output wrote, or an answer of curl -i.`;
  throw new ConfigurationError({ option: 'file', message, cause: error });
}

/** @throws {ConfigurationError} for a text that is neither a trace nor an answer; never with what stands in it */
function refusalsIn(text: string, now: number): Refusal[] {
  const records = text
    .split('\n')
    .map(recordOf)
    .filter((record): record is TraceRecord => record !== undefined);
  if (records.length > 0) return refusalsInTrace(settledRecords(records));
  const refusal = readResponse(text, now);
  if (refusal) return [refusal];
  const message =
    'That is neither a trace nor an answer of an API. Give what curl -i prints, headers and body, or a file of everbearer trace --output.';
  throw new ConfigurationError({ option: 'file', message });
}

function asText(explained: Explained, { world }: CommandInput): string {
  const paint = painter(world.output, world.env);
  const { title, facts } = explanationText(explained);
  const lines = facts.map(([name, words]) => `  ${name.padEnd(6)} ${printable(words)}\n`);
  return `${paint('bold', printable(title))}\n${lines.join('')}`;
}

function asJson({ refusal, explanation, count }: Explained): unknown {
  const { challenges: _, ...facts } = refusal;
  return { ...explanation, count, ...facts };
}
