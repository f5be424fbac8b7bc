import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import { missingCommands } from './test-files.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Prints `N passed, N failed, N skipped` as the very last line of a run. A run that dies before it ends, or that
 * finds no test at all, counts as one failure; so does each error outside a test. Tests that are left out because a
 * system command is missing are named before that line, and the run exits with a status other than 0.
 */
export default class CountingReporter implements Reporter {
  #counts: Counts = { passed: 0, failed: 1, skipped: 0 };

  onInit(): void {
    process.once('exit', () => {
      const notRun = linesOfNotRun(askedFor());
      for (const line of notRun) writeSync(1, `${line}\n`);
      if (this.#counts.failed > 0 || notRun.length > 0) process.exitCode = 1;
      const { passed, failed, skipped } = this.#counts;
      writeSync(1, `${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) countModule(module, counts);
    if (counts.passed + counts.failed + counts.skipped === 0) counts.failed = 1;
    this.#counts = counts;
  }
}

/** Parts of paths on the command line. What follows an option may be its value and is not taken for one. */
function askedFor(): string[] {
  const given = process.argv.slice(2).filter((argument) => argument !== 'run');
  return given.filter(
    (argument, index) => !argument.startsWith('-') && !/^-[^=]*$/.test(given[index - 1] ?? ''),
  );
}

/** One line for each missing command, with the tests that this run was asked for and did not run. */
function linesOfNotRun(asked: readonly string[]): string[] {
  return missingCommands().flatMap(({ command, debianPackage, tests }) => {
    const wanted = tests.filter(
      (test) => asked.length === 0 || asked.some((part) => test.includes(part) || part.includes(test)),
    );
    const names = wanted.map((test) => test.replace(/(\/|\.test\.ts)$/, '')).join(', ');
    return wanted.length === 0
      ? []
      : [`not run, because ${command} (Debian package ${debianPackage}) is missing: ${names}`];
  });
}

/** A file or suite that fails by itself (a broken import, a failing hook) counts once, whatever its tests say. */
function countModule(module: TestModule, counts: Counts): void {
  counts.failed += module.errors().length > 0 ? 1 : 0;
  for (const suite of module.children.allSuites()) counts.failed += suite.errors().length > 0 ? 1 : 0;
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    counts[state === 'pending' ? 'failed' : state] += 1;
  }
}
