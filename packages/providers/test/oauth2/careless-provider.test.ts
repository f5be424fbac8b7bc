import { memoryBackend } from '@everbearer/backends/memory';
import { type AuthError, createTokenManager } from '@everbearer/core';
import { STRICT_PROFILE, type TokenProvider, type TokenSet } from '@everbearer/core/contract';
import {
  protectedResource,
  readTokens,
  sendTokenRequest,
  type TokenReading,
  type TokenRequest,
} from '@everbearer/providers/oauth2';
import { describe, expect, test } from 'vitest';
import { captured } from '../support/captured-error.ts';
import { tokenServer } from '../support/token-server.ts';

const TOKENS = { token_type: 'Bearer', access_token: 'at-1', expires_in: 3600, api: 'x' };

/** The first error of a provider that somebody wrote in a hurry. */
async function firstError(acquire: () => Promise<unknown>): Promise<AuthError> {
  const provider = { id: 'mine', profile: STRICT_PROFILE, scopes: [], acquire } as unknown as TokenProvider;
  const manager = createTokenManager({ provider, backend: memoryBackend(), timing: { maxWaitMs: 500 } });
  const error = (await captured(manager.getToken())) as AuthError;
  await manager.close();
  return error;
}

const asked = async (request: object, reading: object = {}, body: object = TOKENS) => {
  const { url } = await tokenServer({ body });
  const signal = AbortSignal.timeout(5_000);
  const parameters = { grant_type: 'x' };
  const whole = { url: `${url}/token`, parameters, signal, ...request } as TokenRequest;
  return readTokens(await sendTokenRequest(whole), reading as TokenReading);
};

describe('sendTokenRequest() and readTokens() name what cannot be used', () => {
  test.each<[string, object, object]>([
    ['parameters', { parameters: { a: 5 } }, {}],
    ['parameters', { parameters: undefined }, {}],
    ['signal', { signal: undefined }, {}],
    ['keep', {}, { keep: 'api' }],
    ['keeps', {}, { keeps: ['api'] }],
    ['readReply', {}, { readReply: 'data' }],
    ['refusal', {}, { refusal: 'invalid_grant' }],
  ])('%s', async (option, request, reading) => {
    const error = await firstError(() => asked(request, reading));
    expect(error).toMatchObject({ code: 'configuration', option, retryable: false });
  });

  test.each([undefined, { access_token: 'at-1' }, new Response('{}')])('no reply: %s', async (reply) => {
    const error = await captured((async () => readTokens(reply as never))());
    expect(error).toMatchObject({ code: 'configuration', option: 'reply' });
  });

  test('but no refresh token is lost by that', async () => {
    const body = { ...TOKENS, refresh_token: 'rt-2' };
    expect(await asked({}, { keeps: ['api'] }, body)).toMatchObject({ refreshToken: 'rt-2' });
  });
});

describe('what a provider did is told', () => {
  test('it threw something of its own', async () => {
    const { code, message } = await firstError(async () => {
      throw new RangeError('at-canary');
    });
    expect(code).toBe('network');
    expect(message).toContain('the provider threw RangeError');
    expect(message).not.toContain('at-canary');
  });

  test('its own fetch failed', async () => {
    const { message } = await firstError(async () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) });
    });
    expect(message).toContain('ECONNREFUSED');
  });

  test.each<[string, object]>([
    ['a Date', { expiresAt: new Date() }],
    ['a text', { expiresAt: '2027-01-01T00:00:00Z' }],
    ['a life', { expiresIn: 3600 }],
  ])('it told the end of the token as %s', async (_name, more) => {
    const { message } = await firstError(async () => ({ accessToken: 'at-1', ...more }) as TokenSet);
    expect(message).toContain('`expiresAt` in milliseconds since the epoch');
  });

  test('a life beside the end is no harm', async () => {
    const tokens = { accessToken: 'at-1', expiresIn: 3600, expiresAt: Date.now() + 3_600_000 };
    const provider = { id: 'mine', profile: STRICT_PROFILE, scopes: [], acquire: async () => tokens };
    const manager = createTokenManager({ provider, backend: memoryBackend() });
    expect((await manager.getToken()).token).toBe('at-1');
    await manager.close();
  });
});

test.each([undefined, {}, 'https://api.example', { url: 'https://api.example', headers: {} }])(
  'protectedResource() of what is no response: %j',
  async (response) => {
    const error = await captured(protectedResource(response as unknown as Response));
    expect(error).toMatchObject({ code: 'configuration', option: 'response' });
  },
);
