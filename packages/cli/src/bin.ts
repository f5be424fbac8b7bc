#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { endingSignals } from './world/ending-signals.ts';
import { ownWorld } from './world/own-world.ts';

enableCompileCache();
const ending = endingSignals();
// Whoever reads us may stop reading: `everbearer status | head -1`.
let fault: NodeJS.ErrnoException | undefined;
process.stdout.on('error', (error) => {
  fault = error;
});
process.stderr.on('error', () => {});
const { runProgram } = await import('./program/run-program.ts');
const world = ownWorld(ending);
process.exitCode = await runProgram(process.argv.slice(2), world);
await world.output.written().catch(() => undefined);
// On a full disk half a token would pass for one.
if (fault && fault.code !== 'EPIPE') {
  process.stderr.write(`everbearer: standard output takes nothing more (${fault.code}).\n`);
  process.exitCode ||= 1;
}
