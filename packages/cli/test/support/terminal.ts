import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished } from 'vitest';
import { environment } from './shell.ts';

export const KEYS = { enter: '\r', down: '\u001b[B', interrupt: '\u0003' } as const;

export interface Terminal {
  /** All that was shown, without control characters. */
  shown(): string;
  /** Waits until these words are shown behind all that was waited for before, then types. */
  answer(words: string, keys: string): Promise<void>;
  /** Resolves to the exit status. */
  ended: Promise<number | null>;
  pid: number;
}

export interface TerminalOptions {
  columns?: number | undefined;
  env?: Readonly<Record<string, string>> | undefined;
}

/** Runs a line of a shell in a pseudo-terminal, where `everbearer` is the program itself, as a process. */
export function terminal(
  directory: string,
  line: string,
  { columns = 80, env }: TerminalOptions = {},
): Terminal {
  const child = spawn('script', ['-qec', `stty cols ${columns} rows 24; ${line}`, '/dev/null'], {
    cwd: directory,
    env: environment(directory, { TERM: 'xterm', ...env }),
  });
  let raw = '';
  let seen = 0;
  const shown = () => stripVTControlCharacters(raw);
  const ended = once(child, 'close').then(([exit]) => exit as number | null);
  child.stdout.on('data', (chunk) => {
    raw += chunk;
  });
  child.stdin.on('error', () => {});
  onTestFinished(() => void child.kill());
  return {
    shown,
    ended,
    pid: child.pid as number,
    async answer(words, keys) {
      await expect
        .poll(() => shown().indexOf(words, seen), { timeout: 20_000, message: words })
        .toBeGreaterThan(-1);
      seen = shown().indexOf(words, seen) + words.length;
      child.stdin.write(keys);
    },
  };
}
