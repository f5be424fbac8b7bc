import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const leaks = new URL('../canary/leaks/', import.meta.url);
const config = fileURLToPath(new URL('vitest.config.ts', leaks));
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));

interface Report {
  testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
}

/** The tests that leak on purpose, run as all tests are: which passed, and why the others did not. */
function runLeaks(): Map<string, string> {
  const home = mkdtempSync(join(tmpdir(), 'leaks-'));
  const file = join(home, 'report.json');
  const args = [vitest, 'run', '--config', config, '--reporter', 'json', '--outputFile', file];
  spawnSync(process.execPath, args, { timeout: 120_000, stdio: 'ignore' });
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  rmSync(home, { recursive: true });
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  return new Map(results.map(({ title, failureMessages }) => [title, failureMessages.join('\n')]));
}

test('the watch over all tests catches a secret wherever it is shown, and lets clean tests be', () => {
  const outcomes = runLeaks();
  const written = readFileSync(new URL('purpose.leak.ts', leaks), 'utf8');
  const titles = [...written.matchAll(/^test\('([^']+)'/gm)].map(([, title]) => title);
  expect([...outcomes.keys()].sort()).toEqual(titles.sort());
  for (const [title, failure] of outcomes) {
    if (title.startsWith('leak: ')) expect(failure, title).toContain('Secrets were shown:');
    else expect(failure, title).toBe('');
    // The report of a leak must not leak.
    expect(failure).not.toMatch(/k7Zq9vXw2LmP4tRb|CANARY-5f1d/);
  }
}, 150_000);
