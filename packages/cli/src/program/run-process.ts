import { ConfigurationError } from '@everbearer/core';
import { endingSignals } from '../world/ending-signals.ts';
import { ownWorld } from '../world/own-world.ts';
import type { World } from '../world/world.ts';
import { runProgram, tellError } from './run-program.ts';

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
  const argv = process.argv.slice(2);
  const tellUnfinished = (status: number) => {
    // Somebody who would not wait ended it.
    if (ending.aborted && status !== 0) return;
    process.exitCode = tellError(unfinished(), argv, world);
  };
  process.once('exit', tellUnfinished);
  process.exitCode = await runProgram(argv, world);
  process.off('exit', tellUnfinished);
  await world.output.written().catch(() => undefined);
  // On a full disk half a token would pass for one.
  if (fault && fault.code !== 'EPIPE') {
    process.stderr.write(`everbearer: standard output takes nothing more (${fault.code}).\n`);
    process.exitCode ||= 1;
  }
  // All is written and saved; what a configuration file still waits for is no reason to stay.
  if (ending.aborted) process.exit();
}

/** Node ends with 0 where a promise is never settled, which would pass for "all is well". */
function unfinished(): ConfigurationError {
  const message =
    'This process ended before the command was done. The configuration file ended it, or waits for something that never comes: look for process.exit(), and for an await without an end.';
  return new ConfigurationError({ option: 'config', message });
}
