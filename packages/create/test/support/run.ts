import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Cancelled } from '../../src/ask/answers-from.ts';
import { runProgram } from '../../src/program/run-program.ts';

/** An empty folder, until the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'create-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What was asked, as a person reads it. */
export interface Asked {
  message: string;
  values: string[];
  initial: string;
}

interface Ran {
  status: number;
  output: string;
  notes: string;
  asked: Asked[];
}

/**
 * One command line in a folder.
 * @param replies - of a person at a terminal, who ends the questions behind the last; undefined in a pipe
 */
export async function run(
  directory: string,
  line: string | readonly string[],
  replies?: readonly string[],
  env = {},
): Promise<Ran> {
  const argv = typeof line === 'string' ? line.split(' ').filter(Boolean) : line;
  let output = '';
  let notes = '';
  const asked: Asked[] = [];
  const open = [...(replies ?? [])];
  const status = await runProgram(argv, {
    directory,
    env,
    print: (text) => {
      output += text;
    },
    note: (text) => {
      notes += text;
    },
    ask:
      replies &&
      (async () =>
        async ({ message, options, initial }) => {
          asked.push({ message, values: options.map(({ value }) => value), initial });
          const reply = open.shift();
          if (reply === undefined) throw new Cancelled();
          return (reply || initial) as typeof initial;
        }),
  });
  return { status, output, notes, asked };
}
