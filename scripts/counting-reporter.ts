import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Prints `N passed, N failed, N skipped` as the very last line of a run. A run that dies before it ends, or that
 * finds no test at all, counts as one failure; so does each error outside a test.
 */
export default class CountingReporter implements Reporter {
  #counts: Counts = { passed: 0, failed: 1, skipped: 0 };

  onInit(): void {
    process.once('exit', () => {
      if (this.#counts.failed > 0) process.exitCode = 1;
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

/** A file or suite that fails by itself (a broken import, a failing hook) counts once, whatever its tests say. */
function countModule(module: TestModule, counts: Counts): void {
  counts.failed += module.errors().length > 0 ? 1 : 0;
  for (const suite of module.children.allSuites()) counts.failed += suite.errors().length > 0 ? 1 : 0;
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    counts[state === 'pending' ? 'failed' : state] += 1;
  }
}
