import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ConfigurationError } from '@everbearer/core';
import type { World } from './world.ts';

/** How a program ended. */
export interface ProgramEnd {
  pid: number;
  exitStatus: number | null;
  signal: NodeJS.Signals | null;
}

const PASSED_ON = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR2', 'SIGCONT'] as const;

/**
 * Runs a program in place of this one: its standard input, output and error are those of this process, and so are the signals
 * that this process gets meanwhile.
 * @throws {ConfigurationError} when it cannot be started
 */
export async function runAttached(
  command: string,
  args: readonly string[],
  { directory, env }: { directory: string; env: World['env'] },
): Promise<ProgramEnd> {
  using _ = takeSignals((signal) => child?.kill(signal));
  let child: ChildProcess | undefined = spawn(command, args, { cwd: directory, env, stdio: 'inherit' });
  return await new Promise<ProgramEnd>((resolve, reject) => {
    child?.once('error', (error: { code?: string }) => reject(notStarted(command, error)));
    child?.once('exit', (exitStatus, signal) => {
      const pid = child?.pid as number;
      child = undefined;
      resolve({ pid, exitStatus, signal });
    });
  });
}

/** The exit status by which a shell tells a signal. */
export function signalStatus(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** What this process would do at a signal is the program's matter for as long as it runs. */
function takeSignals(pass: (signal: NodeJS.Signals) => void): Disposable {
  const before = PASSED_ON.map((name) => [name, process.listeners(name)] as const);
  // The terminal sends what is typed there to the program as well.
  const isTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const name of PASSED_ON) {
    process.removeAllListeners(name);
    const isTyped = isTerminal && (name === 'SIGINT' || name === 'SIGQUIT' || name === 'SIGCONT');
    process.on(name, () => (isTyped ? undefined : pass(name)));
  }
  return {
    [Symbol.dispose]() {
      for (const [name, listeners] of before) {
        process.removeAllListeners(name);
        for (const listener of listeners) process.on(name, listener);
      }
    },
  };
}

function notStarted(command: string, { code }: { code?: string }): ConfigurationError {
  const why =
    code === 'ENOENT' ? 'there is no such program' : code === 'EACCES' ? 'it is not executable' : code;
  return new ConfigurationError({ option: 'command', message: `${command} cannot be started: ${why}.` });
}
