import { endingSignals } from '../world/ending-signals.ts';
import { watchOutput } from '../world/output-faults.ts';
import { ownWorld } from '../world/own-world.ts';
import type { World } from '../world/world.ts';
import { runProgram } from './run-program.ts';

/**
 * Runs the command line of this process.
 * @param input - what stands on standard input, where something of it was read already
 */
export async function runProcess(input?: World['input']): Promise<void> {
  const ending = endingSignals();
  watchOutput();
  process.exitCode = await runProgram(process.argv.slice(2), ownWorld(ending, input));
}
