import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

async function run(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--conditions=everbearer-source', main, ...args], {
    env: { ...process.env, TENANT_ID: '', CLIENT_ID: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { out: '', error: '' };
  child.stdout.on('data', (chunk) => {
    output.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.error += chunk;
  });
  const [code] = await once(child, 'exit');
  return { code, ...output };
}

test('the whole story: every trouble takes place, and every guarantee holds by the count of the far end', async () => {
  const { code, out, error } = await run(['--json']);
  const figures = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
  expect(figures, out + error).toMatchObject({
    bare: 0,
    stale: 0,
    reuses: 0,
    failed: 0,
    restarts: 1,
    signIns: 3,
    ok: true,
  });
  expect(figures['requests']).toBeGreaterThan(100);
  expect(figures['renewals']).toBeGreaterThanOrEqual(5);
  expect(code).toBe(0);
}, 60_000);

test('half of the settings for the real inbox is an error that names the other half', async () => {
  const { code, error } = await run([], { TENANT_ID: 'common' });
  expect(code).toBe(2);
  expect(error).toContain('CLIENT_ID is missing');
});
