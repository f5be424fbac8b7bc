import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compileCacheOfOthers } from '@everbearer/far-end/support/compile-cache-of-others';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { type SupervisedProcess, startProcess } from '@everbearer/testing/supervise';

const run = promisify(execFile);

/** Whether this process may change owners and become another user. */
export const isRoot = process.geteuid?.() === 0;

export interface ScenarioOptions {
  uid?: number;
  gid?: number;
  /** Mounts of its own, which end with it, whatever ends it. */
  mounts?: boolean;
  /** A command that runs it. */
  within?: readonly string[];
}

const argumentsFor = (name: string, given: readonly string[]) => [
  ...SOURCE_OPTIONS,
  fileURLToPath(new URL(`${name}.ts`, import.meta.url)),
  ...given,
];

/** Runs a file of this folder in a process of its own and resolves to the JSON it prints. */
export async function scenario<T>(
  name: string,
  given: readonly string[],
  options: ScenarioOptions = {},
): Promise<T> {
  const { mounts = false, within = [], ...user } = options;
  const command = [...within, process.execPath, ...argumentsFor(name, given)];
  // Without root's rights, a user namespace lends them for the mounts.
  if (mounts) command.unshift('unshare', isRoot ? '-m' : '-rm');
  const [file, ...rest] = command as [string, ...string[]];
  const isOther = user.uid !== undefined || within[0] === 'setpriv';
  const environment = isOther ? { ...process.env, NODE_COMPILE_CACHE: compileCacheOfOthers() } : process.env;
  const { stdout } = await run(file, rest, { ...user, env: environment, cwd: '/', timeout: 30_000 });
  return JSON.parse(stdout) as T;
}

/** Starts a file of this folder that tells its parent numbers; each comes through `onNumber`. */
export function startScenario(
  name: string,
  args: readonly string[],
  onNumber: (told: number) => void,
): SupervisedProcess<number, never> {
  const main = new URL(`${name}.ts`, import.meta.url);
  return startProcess({ main, args, execArgv: SOURCE_OPTIONS, onMessage: onNumber });
}
