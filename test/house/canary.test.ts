import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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
  const args = [vitest, 'run', '--config', config, '--reporter', 'json'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 120_000 });
  const from = stdout.indexOf('{"numTotalTestSuites"');
  if (from < 0) throw new Error(`vitest did not report: ${stderr.slice(-2_000)}`);
  const report = JSON.parse(stdout.slice(from)) as Report;
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
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
    // The report of a leak is none.
    expect(failure).not.toMatch(/k7Zq9vXw2LmP4tRb|CANARY-5f1d/);
  }
}, 150_000);
