import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startFarEnd } from '@everbearer/far-end';
import { call, postForm } from '@everbearer/far-end/support/token-requests';
import { expect, onTestFinished, test } from 'vitest';

const lives = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('both servers run in a process of their own, take commands, and end with stop()', async () => {
  const farEnd = await startFarEnd({
    authorizationServer: { tokenPrefix: 'CANARY-' },
    mailApi: { messages: 12 },
  });
  onTestFinished(() => farEnd.stop());
  const { control, clientId } = farEnd;
  const inbox = `${farEnd.apiUrl}/v1.0/me/mailFolders/inbox`;
  const started = await postForm(farEnd.metadata.device_authorization_endpoint, {
    client_id: clientId,
    scope: 'openid offline_access',
  });
  const device = (await started.json()) as { user_code: string; device_code: string };
  expect(await control.pendingUserCodes()).toEqual([device.user_code]);
  await control.setAccessTokenLife(60_000);
  await control.approve(device.user_code);
  const form = { client_id: clientId, grant_type: 'device_code', device_code: device.device_code };
  const tokens = (await (await postForm(farEnd.tokenEndpoint, form)).json()) as Record<string, string>;
  expect(tokens).toMatchObject({ expires_in: 60 });
  const folder = await call(inbox, tokens['access_token']);
  expect(await folder.json()).toMatchObject({ totalItemCount: 12 });

  expect(await control.revokeAccessTokens()).toBe(1);
  await control.requireClaims();
  await control.script({ kind: 'unavailable', retryAfterSeconds: 3 });
  expect((await call(inbox, tokens['access_token'])).status).toBe(401);
  expect((await postForm(farEnd.tokenEndpoint, form)).headers.get('retry-after')).toBe('3');
  expect(await control.counts()).toMatchObject({
    authorizationServer: { deviceCodes: 1, families: 1, troubled: 1 },
    mailApi: { ok: 1, revokedFirst: 1 },
  });
  const story = await control.timeline();
  expect(story.map(({ type }) => type)).toContain('token_trouble');
  expect(JSON.stringify(story)).not.toContain('CANARY-');
  expect(await control.secrets()).toContain(tokens['access_token']);
  await expect(control.approve('NOSUCHONE')).rejects.toThrow('No device sign-in waits');

  expect(lives(farEnd.pid)).toBe(true);
  await Promise.all([farEnd.stop(), farEnd.stop()]);
  expect(lives(farEnd.pid)).toBe(false);
  await expect(control.counts()).rejects.toThrow('still running');
});

test('it ends when its parent dies without a word', async () => {
  const parent = spawn(
    process.execPath,
    ['--conditions=everbearer-source', fileURLToPath(new URL('support/careless-parent.ts', import.meta.url))],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exited = once(parent, 'exit');
  const [line] = await once(parent.stdout, 'data');
  const pid = Number(String(line));
  expect(lives(pid)).toBe(true);
  parent.kill('SIGKILL');
  await exited;
  for (let i = 0; i < 100 && lives(pid); i++) await sleep(20);
  expect(lives(pid)).toBe(false);
});

test('options that cannot work are reported by the start', async () => {
  const taken = await startFarEnd();
  onTestFinished(() => taken.stop());
  const port = Number(new URL(taken.url).port);
  await expect(startFarEnd({ authorizationServer: { port } })).rejects.toThrow('EADDRINUSE');
});
