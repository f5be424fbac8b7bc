#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { endingSignals } from './world/ending-signals.ts';
import { ownWorld } from './world/own-world.ts';

enableCompileCache();
const ending = endingSignals();
// Whoever reads us may stop reading: `everbearer status | head -1`.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
const { runProgram } = await import('./program/run-program.ts');
process.exitCode = await runProgram(process.argv.slice(2), ownWorld(ending));
