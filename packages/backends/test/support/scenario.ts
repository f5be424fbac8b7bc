import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

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

/** Compiled once for all of them: starting is most of their work. */
const env = {
  ...process.env,
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../../.cache/compiled', import.meta.url)),
};

const argumentsFor = (name: string, given: readonly string[]) => [
  '--conditions=everbearer-source',
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
  const { stdout } = await run(file, rest, { ...user, env, cwd: '/', timeout: 30_000 });
  return JSON.parse(stdout) as T;
}

/** Starts a file of this folder; its lines come through `onLine`. Resolves when its output has ended. */
export function startProcess(name: string, given: readonly string[], onLine: (line: string) => void) {
  const child: ChildProcess = spawn(process.execPath, argumentsFor(name, given), {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  return {
    kill: () => child.kill('SIGKILL'),
    ended: once(child, 'close').then(([code]) => code as number | null),
  };
}
