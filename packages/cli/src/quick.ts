import { quickToken } from './program/quick-token.ts';
import { pipeWorld } from './world/pipe-world.ts';

/** Runs the command line of this process: the quick way where that leads to an answer, else as every command runs. */
export async function start(): Promise<void> {
  const argv = process.argv.slice(2);
  const world = argv[0] === 'token' ? pipeWorld() : undefined;
  const exit = world && (await quickToken(argv, world));
  // All is written, and nothing is under way.
  if (exit !== undefined) process.exit(exit);
  const { runProcess } = await import('./program/run-process.ts');
  await runProcess(world?.input);
}
