import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';

/** The program as it stands in the sources. */
export const MAIN: string = fileURLToPath(new URL('../../src/bin.ts', import.meta.url));

export interface ShellOptions {
  input?: string | undefined;
  env?: Readonly<Record<string, string>> | undefined;
}

export interface ShellRan {
  exit: number | null;
  out: string;
  notes: string;
}

/** A line of a shell in this directory, where `everbearer` is the program itself, as a process. */
export async function shell(directory: string, line: string, options: ShellOptions = {}): Promise<ShellRan> {
  const child = spawn('sh', ['-c', line], { cwd: directory, env: environment(directory, options.env) });
  const texts = { out: '', notes: '' };
  child.stdout.on('data', (chunk) => (texts.out += chunk));
  child.stderr.on('data', (chunk) => (texts.notes += chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const [exit] = (await once(child, 'close')) as [number | null];
  return { exit, ...texts };
}

/** Nothing of the machine's own but where programs are. */
export function environment(
  directory: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const bin = join(directory, 'bin');
  if (!existsSync(bin)) {
    mkdirSync(bin);
    const program = join(bin, 'everbearer');
    const words = [process.execPath, ...SOURCE_OPTIONS, MAIN].map((word) => `'${word}'`).join(' ');
    writeFileSync(program, `#!/bin/sh\nexec ${words} "$@"\n`);
    chmodSync(program, 0o755);
  }
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  return { PATH: `${bin}:${PATH}`, NODE_COMPILE_CACHE, HOME: directory, GIT_CONFIG_NOSYSTEM: '1', ...more };
}
