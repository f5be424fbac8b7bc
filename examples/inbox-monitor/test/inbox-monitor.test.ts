import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startFarEnd } from '@everbearer/far-end';
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

test('with the ids of a registration it signs in at the identity platform, counts the inbox, and asks nothing the next time', async () => {
  await using farEnd = await startFarEnd({ mailApi: { messages: 80 } });
  const home = mkdtempSync(join(tmpdir(), 'real-inbox-'));
  const preload = import.meta.resolve('@everbearer/far-end/support/local-microsoft');
  const env = {
    TENANT_ID: 'common',
    CLIENT_ID: farEnd.clientId,
    XDG_STATE_HOME: home,
    // Both hosts of Microsoft are answered on loopback; the program is the same.
    LOCAL_LOGIN: new URL(farEnd.url).origin,
    LOCAL_GRAPH: new URL(farEnd.apiUrl).origin,
    NODE_OPTIONS: `--import=${preload}`,
  };
  const approving = setInterval(() => {
    void farEnd.control.pendingUserCodes().then((codes) => codes.map((code) => farEnd.control.approve(code)));
  }, 100);
  try {
    const first = await run(['--once'], env);
    expect(first.out, first.error).toContain('Inbox: 80 messages on 1 pages');
    expect(first.out).toContain('signed_in');
    const second = await run(['--once'], env);
    expect(second.out, second.error).toContain('Inbox: 80 messages on 1 pages');
    expect(second.out).not.toContain('signed_in');
    const { mailApi, authorizationServer } = await farEnd.control.counts();
    expect({ bare: mailApi.bare, signIns: authorizationServer.families }).toEqual({ bare: 0, signIns: 1 });
  } finally {
    clearInterval(approving);
    rmSync(home, { recursive: true, force: true });
  }
}, 60_000);

test('half of the settings for the real inbox is an error that names the other half', async () => {
  const { code, error } = await run([], { TENANT_ID: 'common' });
  expect(code).toBe(2);
  expect(error).toContain('CLIENT_ID is missing');
});
