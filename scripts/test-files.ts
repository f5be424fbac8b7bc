import { readFileSync } from 'node:fs';

/** What is known of the test files beside what is in them. Paths are those of the checkout, by their start. */
interface TestFiles {
  /** They start processes or servers: too slow to run while one works. */
  startProcesses: readonly string[];
  /** Slow ones that have a script of their own, started by `scripts/run-apart.mjs`. */
  apart: readonly string[];
  /** What the tests call besides Node, and which of them do. */
  systemCommands: readonly { command: string; debianPackage: string; tests: readonly string[] }[];
}

/** In JSON, because the setup reads it too, on any Node. */
export const testFiles: TestFiles = JSON.parse(
  readFileSync(new URL('test-files.json', import.meta.url), 'utf8'),
) as TestFiles;

/** A system command that is not there, and the tests that are therefore not run. */
export interface Missing {
  command: string;
  debianPackage: string;
  tests: readonly string[];
}

/** As `scripts/test.mjs` says: the commands that are missing and not to be installed. */
export function missingCommands(): readonly Missing[] {
  const names = (process.env['EVERBEARER_MISSING_COMMANDS'] ?? '').split(',');
  return testFiles.systemCommands.filter(({ command }) => names.includes(command));
}

/** The starts of the paths of all test files that this run leaves out. */
export function leftOut(): readonly string[] {
  const slow = process.env['EVERBEARER_FAST_TESTS'] ? testFiles.startProcesses : [];
  const meant = process.env['EVERBEARER_TESTS_APART'];
  const apart = testFiles.apart.filter((path) => path !== `${meant}/`);
  return [...slow, ...apart, ...missingCommands().flatMap(({ tests }) => tests)];
}
