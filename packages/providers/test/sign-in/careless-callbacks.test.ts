import { AuthError, ConfigurationError } from '@everbearer/core';
import { unheardRejections } from '@everbearer/far-end/support/unheard-rejections';
import { oauth2 } from '@everbearer/providers/oauth2';
import {
  type AuthorizationCodeOptions,
  authorizationCode,
  type DeviceCodeOptions,
  deviceCode,
} from '@everbearer/providers/sign-in';
import { describe, expect, test } from 'vitest';
import { captured, refusal, signInRefusal } from '../support/captured-error.ts';
import { tokenServer } from '../support/token-server.ts';

const TOKENS = { token_type: 'Bearer', access_token: 'at-1', refresh_token: 'rt-1', expires_in: 3600 };
const never = () => new Promise<never>(() => undefined);
const fault = new RangeError('no display');
const thrown = () => {
  throw fault;
};

async function provider(deviceLifeS = 900) {
  const code = { device_code: 'd', user_code: 'u', verification_uri: 'https://as.example/device' };
  const server = await tokenServer((request) => {
    if (request.path !== '/device') return { body: TOKENS };
    return { body: { ...code, interval: 1, expires_in: deviceLifeS } };
  });
  return oauth2({
    tokenEndpoint: `${server.url}/token`,
    authorizationEndpoint: `${server.url}/authorize`,
    deviceAuthorizationEndpoint: `${server.url}/device`,
    clientId: 'client-1',
    scopes: [],
  });
}

/** Goes to the redirect address as a browser would after the sign-in. */
async function redirect(authorize: URL): Promise<void> {
  const target = new URL(authorize.searchParams.get('redirect_uri') ?? '');
  target.searchParams.set('state', authorize.searchParams.get('state') ?? '');
  target.searchParams.set('code', 'code-1');
  await (await fetch(target)).text();
}

type OnUrl = AuthorizationCodeOptions['onUrl'];
type OnCode = DeviceCodeOptions['onCode'];

describe('onUrl', () => {
  test('that never ends: the person is not kept waiting', async () => {
    const onUrl = async (url: URL) => {
      void redirect(url);
      await never();
    };
    expect(await authorizationCode(await provider(), { onUrl })).toMatchObject({ accessToken: 'at-1' });
  });

  test('that never ends: `timeoutMs` ends it', async () => {
    const work = authorizationCode(await provider(), { onUrl: never, timeoutMs: 50 });
    expect(await signInRefusal(work)).toMatchObject({ code: 'timeout' });
  });

  test('that never ends: `signal` ends it', async () => {
    const abort = new AbortController();
    const reason = new Error('the person went home');
    const onUrl = () => {
      setTimeout(() => abort.abort(reason), 10);
      return never();
    };
    expect(await captured(authorizationCode(await provider(), { onUrl, signal: abort.signal }))).toBe(reason);
  });

  test.each<[string, OnUrl]>([
    ['throws', thrown],
    ['rejects', async () => thrown()],
  ])('that %s: the sign-in ends with an error that names it', async (_name, onUrl) => {
    using unheard = unheardRejections();
    const error = await captured(authorizationCode(await provider(), { onUrl }));
    expect(error).toMatchObject({ code: 'configuration', option: 'onUrl', cause: { message: 'RangeError' } });
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(await unheard.soFar()).toEqual([]);
  });

  test('that throws an error of ours: the sign-in rejects with that', async () => {
    const ours = new AuthError({ code: 'no_token', message: 'Not now.' });
    const onUrl = async () => {
      throw ours;
    };
    expect(await captured(authorizationCode(await provider(), { onUrl }))).toBe(ours);
  });

  test('that rejects when all is over', async () => {
    using unheard = unheardRejections();
    const onUrl = async (url: URL) => {
      await redirect(url);
      await new Promise((resolve) => setTimeout(resolve, 50));
      thrown();
    };
    await authorizationCode(await provider(), { onUrl });
    await expect(
      authorizationCode(await provider(), {
        onUrl: () => new Promise((_kept, fail) => setTimeout(fail, 60)),
        timeoutMs: 20,
      }),
    ).rejects.toMatchObject({ code: 'timeout' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await unheard.soFar()).toEqual([]);
  });

  test('that returns something else', async () => {
    for (const value of [5, null, {}]) {
      const onUrl = ((url: URL) => {
        void redirect(url);
        return value;
      }) as unknown as OnUrl;
      expect(await authorizationCode(await provider(), { onUrl })).toMatchObject({ accessToken: 'at-1' });
    }
  });
});

describe('onCode', () => {
  test('that never ends: the end of the code ends it, and the error says why', async () => {
    const error = await refusal(deviceCode(await provider(1), { onCode: never }));
    expect(error).toMatchObject({ code: 'expired_token' });
    expect(error.message).toContain('`onCode`');
  });

  test('that never ends: `timeoutMs` ends it', async () => {
    const error = await refusal(deviceCode(await provider(), { onCode: never, timeoutMs: 50 }));
    expect(error).toMatchObject({ code: 'timeout', sent: false });
    expect(error.message).toContain('`onCode`');
  });

  test('that never ends: `signal` ends it', async () => {
    const abort = new AbortController();
    const reason = new Error('the person went home');
    const onCode = () => {
      setTimeout(() => abort.abort(reason), 10);
      return never();
    };
    expect(await captured(deviceCode(await provider(), { onCode, signal: abort.signal }))).toBe(reason);
  });

  test.each<[string, OnCode]>([
    ['throws', thrown],
    ['rejects', async () => thrown()],
  ])('that %s: the sign-in ends with an error that names it', async (_name, onCode) => {
    using unheard = unheardRejections();
    const error = await captured(deviceCode(await provider(), { onCode }));
    expect(error).toMatchObject({
      code: 'configuration',
      option: 'onCode',
      cause: { message: 'RangeError' },
    });
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(await unheard.soFar()).toEqual([]);
  });

  test('that throws an error of ours: the sign-in rejects with that', async () => {
    const ours = new AuthError({ code: 'no_token', message: 'Not now.' });
    const onCode = async () => {
      throw ours;
    };
    expect(await captured(deviceCode(await provider(), { onCode }))).toBe(ours);
  });

  test('that rejects when all is over', async () => {
    using unheard = unheardRejections();
    const onCode = () => new Promise<never>((_kept, fail) => setTimeout(fail, 60));
    await expect(deviceCode(await provider(), { onCode, timeoutMs: 20 })).rejects.toMatchObject({
      code: 'timeout',
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await unheard.soFar()).toEqual([]);
  });

  test('that has ended: nobody enters the code within `timeoutMs`', async () => {
    const work = deviceCode(await provider(), { onCode: () => undefined, timeoutMs: 50 });
    const error = await refusal(work);
    expect(error).toMatchObject({ code: 'timeout', sent: false });
    expect(error.message).not.toContain('`onCode`');
  });
});

test.each([0, -1, Number.NaN, '50', Number.POSITIVE_INFINITY])(
  'timeoutMs: %s is named',
  async (timeoutMs) => {
    const wrong = { timeoutMs: timeoutMs as number };
    const signedIn = await provider();
    for (const work of [
      deviceCode(signedIn, { onCode: () => undefined, ...wrong }),
      authorizationCode(signedIn, { onUrl: () => undefined, ...wrong }),
    ]) {
      expect(await captured(work)).toMatchObject({ name: 'ConfigurationError', option: 'timeoutMs' });
    }
  },
);

test.each([5, {}, new AbortController()])('a signal that is none is named', async (signal) => {
  const wrong = { signal: signal as unknown as AbortSignal };
  const signedIn = await provider();
  for (const work of [
    deviceCode(signedIn, { onCode: () => undefined, ...wrong }),
    authorizationCode(signedIn, { onUrl: () => undefined, ...wrong }),
  ]) {
    expect(await captured(work)).toMatchObject({ name: 'ConfigurationError', option: 'signal' });
  }
});
