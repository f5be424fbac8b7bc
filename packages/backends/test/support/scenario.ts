import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
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

/** Starting is most of their work, so what one compiled is kept for the next. */
const env = {
  ...process.env,
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../../.cache/compiled', import.meta.url)),
};

/** Other users keep theirs where this one reads nothing, since all of them may write there. */
function environmentOfOthers(): NodeJS.ProcessEnv {
  const cache = fileURLToPath(new URL('../../../../.cache/compiled-by-others', import.meta.url));
  mkdirSync(cache, { recursive: true });
  chmodSync(cache, 0o1777);
  return { ...env, NODE_COMPILE_CACHE: cache };
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
  const environment = isOther ? environmentOfOthers() : env;
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
  return startProcess({ main, args, env, execArgv: SOURCE_OPTIONS, onMessage: onNumber });
}
