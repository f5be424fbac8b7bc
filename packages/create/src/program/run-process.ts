import { Refusal } from '../answers/refusal.ts';
import { runProgram, type World } from './run-program.ts';

/** Runs the command line of this process. */
export async function runProcess(): Promise<void> {
  const ending = new AbortController();
  // Without a listener, a signal would end it between two files.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ending.abort());
  // Whoever reads us may stop reading.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  process.exitCode = await runProgram(process.argv.slice(2), ownWorld(ending.signal));
}

function ownWorld(signal: AbortSignal): World {
  // A person has to see the questions, and be able to answer.
  const isAsked = process.stdin.isTTY && process.stderr.isTTY;
  return {
    get directory() {
      return workingDirectory();
    },
    env: process.env,
    print: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(text),
    ask: isAsked ? async () => (await import('../ask/terminal-ask.ts')).terminalAsk(signal) : undefined,
  };
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (error) {
    const { code = 'unknown' } = error as { code?: string };
    throw new Refusal(`The folder in which you are cannot be found (${code}). Go to another one: cd ~`);
  }
}
