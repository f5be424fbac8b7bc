import { memoryBackend } from '@everbearer/backends/memory';
import { createAccounts, createAuthFetch, createTokenManager } from '@everbearer/core';
import { only, recordingServer } from '@everbearer/far-end/support/recording-server';
import { keptAddress } from '@everbearer/providers/oauth2';
import { describe, expect, onTestFinished, test } from 'vitest';
import { captured } from '../support/captured-error.ts';
import { at, TOKENS } from '../support/oauth2-fixture.ts';
import { tokenServer } from '../support/token-server.ts';

async function signedIn(reply: object, keep: string[] = ['instance_url']) {
  const server = await tokenServer({ body: { ...TOKENS, ...reply } });
  const backend = memoryBackend();
  const manager = () => {
    const made = createTokenManager({ provider: at(server, { keep }), backend });
    onTestFinished(() => made.close());
    return made;
  };
  const tokens = manager();
  await tokens.signIn({ refreshToken: 'rt-1' });
  return { server, tokens, manager };
}

test('requests go to the address that came with the tokens, and nowhere else', async () => {
  await using api = await recordingServer(only('at-1'));
  await using other = await recordingServer(only('at-1'));
  const { server, tokens, manager } = await signedIn({ instance_url: `${api.url}/base/` });
  const address = keptAddress(tokens, 'instance_url');
  const call = createAuthFetch(tokens, { origins: address.origins });
  expect(await captured(call(`${api.url}/early`))).toMatchObject({ name: 'OriginNotAllowedError' });
  expect((await call(await address.url('/data'))).status).toBe(200);
  expect((await call(await address.url())).status).toBe(200);
  expect(api.seen.map(({ path }) => path)).toEqual(['/base/data', '/base/']);
  expect(await captured(call(`${other.url}/data`))).toMatchObject({ name: 'OriginNotAllowedError' });
  expect(await address.url(`//${new URL(other.url).host}/`)).toBe(
    `${api.url}/base/${new URL(other.url).host}/`,
  );
  expect(other.seen).toEqual([]);
  // Another process on the same store asks for no token to know it.
  expect(await keptAddress(manager(), 'instance_url').url('a')).toBe(`${api.url}/base/a`);
  expect(server.requests).toHaveLength(1);
});

test('each account has its own', async () => {
  const server = await tokenServer(({ form }) => ({
    body: { ...TOKENS, refresh_token: undefined, api_domain: `${form.get('refresh_token')}.example.com` },
  }));
  const accounts = createAccounts({
    provider: at(server, { keep: ['api_domain'] }),
    backend: memoryBackend(),
  });
  onTestFinished(() => accounts.close());
  for (const name of ['ada', 'bob']) {
    const tokens = accounts.for(name);
    await tokens.signIn({ refreshToken: name });
    const { url, origins } = keptAddress(tokens, 'api_domain');
    expect(await url('/v1')).toBe(`https://${name}.example.com/v1`);
    expect([
      origins(new URL('https://ada.example.com/')),
      origins(new URL('https://bob.example.com/')),
    ]).toEqual([name === 'ada', name === 'bob']);
  }
});

describe('what cannot be used is named', () => {
  test.each<[string, object, string[] | undefined, string]>([
    ['it never came', {}, undefined, 'no reply brought it'],
    ['it is not kept', { instance_url: 'https://api.example' }, [], 'holds no `instance_url`'],
    ['it is not encrypted', { instance_url: 'http://api.example' }, undefined, 'no token goes there'],
    ['it is no address', { instance_url: 'javascript:alert(1)' }, undefined, 'no token goes there'],
  ])('%s', async (_name, reply, keep, words) => {
    const { tokens } = await signedIn(reply, keep);
    const error = await captured(keptAddress(tokens, 'instance_url').url());
    expect(error).toMatchObject({ name: 'ConfigurationError', option: 'keep' });
    expect((error as Error).message).toContain(words);
  });

  test.each([
    ['tokens', undefined, 'x'],
    ['member', { kept: {}, status() {}, getToken() {} }, ''],
  ])('%s', (option, tokens, member) => {
    expect(() => keptAddress(tokens as never, member)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', option }),
    );
  });
});
