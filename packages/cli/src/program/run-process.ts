import { endingSignals } from '../world/ending-signals.ts';
import { ownWorld } from '../world/own-world.ts';
import type { World } from '../world/world.ts';
import { runProgram } from './run-program.ts';

/**
 * Runs the command line of this process.
 * @param input - what stands on standard input, where something of it was read already
 */
export async function runProcess(input?: World['input']): Promise<void> {
  const ending = endingSignals();
  // Whoever reads us may stop reading: `everbearer status | head -1`.
  let fault: NodeJS.ErrnoException | undefined;
  process.stdout.on('error', (error) => {
    fault = error;
  });
  process.stderr.on('error', () => {});
  const world = ownWorld(ending, input);
  process.exitCode = await runProgram(process.argv.slice(2), world);
  await world.output.written().catch(() => undefined);
  // On a full disk half a token would pass for one.
  if (fault && fault.code !== 'EPIPE') {
    process.stderr.write(`everbearer: standard output takes nothing more (${fault.code}).\n`);
    process.exitCode ||= 1;
  }
}
