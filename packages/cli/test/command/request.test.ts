import type { LoopbackServer } from '@everbearer/testing/loopback-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { smallApi } from '../support/small-api.ts';

const shared = sharedServer();
let api: LoopbackServer;
beforeAll(async () => {
  api = await smallApi(shared.server);
});
afterAll(() => api.close());

const signedIn = async () => {
  const line = commandLine(shared.server, { origins: [new URL(api.url).origin] });
  await line.signIn();
  return line;
};

test('the answer of the API is printed as it is', async () => {
  const { run } = await signedIn();
  expect(await run(`request get ${api.url}/me`)).toMatchObject({ exit: 0, out: '{"name":"Ada"}', notes: '' });
  const { out } = await run(`request GET ${api.url}/me --include`);
  expect(out).toMatch(/^HTTP 200 OK\n[\s\S]*x-answer: yes\n\n\{"name":"Ada"\}$/);
  expect((await run(`request GET ${api.url}/me --json`)).json()).toMatchObject({
    status: 200,
    body: { name: 'Ada' },
  });
});

test('a body goes along, and headers but one', async () => {
  const { run } = await signedIn();
  const words = ['request', 'POST', `${api.url}/echo`, '--header', 'X-Kind: a', '--data', '-'];
  expect((await run(words, { input: 'hello' })).json()).toEqual({ method: 'POST', text: 'hello', kind: 'a' });
  const refused = await run([...words, '--header', 'authorization: Bearer secret-canary-1']);
  expect(refused).toMatchObject({ exit: 3, out: '' });
  expect(refused.notes).not.toContain('canary');
});

test('a token that the API refuses is renewed, and the call is made once more', async () => {
  const { server } = shared;
  const { run } = await signedIn();
  await run('renew');
  server.revokeAccessTokens();
  expect(await run(`request GET ${api.url}/me`)).toMatchObject({ exit: 0, out: '{"name":"Ada"}' });
});

test('1 for an answer of 400 and more; nothing goes to another origin, or without one', async () => {
  const { run } = await signedIn();
  const teapot = await run(`request GET ${api.url}/teapot`);
  expect(teapot).toMatchObject({ exit: 1, out: '{"error":"teapot"}', notes: expect.stringContaining('418') });
  expect(await run('request GET http://127.0.0.1:9/')).toMatchObject({
    exit: 3,
    notes: expect.stringContaining('127.0.0.1:9'),
  });
  expect(await run('request GET me')).toMatchObject({
    exit: 3,
    notes: expect.stringContaining('https://HOST/PATH'),
  });
  const { run: bare } = commandLine(shared.server);
  expect(await bare(`request GET ${api.url}/me`)).toMatchObject({
    exit: 3,
    notes: expect.stringContaining('--origin'),
  });
});
