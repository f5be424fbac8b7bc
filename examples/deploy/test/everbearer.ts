import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';

/** The command line, as a file. */
export const EVERBEARER: string = fileURLToPath(new URL('bin.ts', import.meta.resolve('everbearer')));

export interface Ran {
  exit: number | null;
  out: string;
  notes: string;
}

/** Runs the command line in a process with these variables alone. */
export function everbearer(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...SOURCE_OPTIONS, EVERBEARER, ...args],
      { env: { PATH, NODE_COMPILE_CACHE, NO_COLOR: '1', ...env }, cwd: '/' },
      (error, out, notes) => resolve({ exit: error ? Number(error.code) : 0, out, notes }),
    );
  });
}
