import { inspect } from 'node:util';
import { TokenEndpointError } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import { microsoft } from '@everbearer/providers/microsoft';
import { oauth2 } from '@everbearer/providers/oauth2';
import { type DeviceCodePrompt, deviceCode, type SignInProvider } from '@everbearer/providers/sign-in';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { captured, refusal } from '../support/captured-error.ts';
import { idToken, tokenServer } from '../support/token-server.ts';

const DEVICE_CODE = 'device-canary-1';
const STARTED = {
  device_code: DEVICE_CODE,
  user_code: 'ABCD1234',
  verification_uri: 'https://login.example.com/device',
  expires_in: 900,
  interval: 1,
};
const TOKENS = { token_type: 'Bearer', access_token: 'at-1', refresh_token: 'rt-1', expires_in: 3600 };
const error = (code: string, description?: string) => ({
  status: 400,
  body: { error: code, error_description: description },
});

describe('on the wire', () => {
  test('at Entra', async () => {
    const id_token = idToken({ oid: 'oid-1', tid: 'tid-1', preferred_username: 'ada@example.com' });
    const message = 'To sign in, use a web browser.';
    const server = await tokenServer({ body: { ...STARTED, message } }, { body: { ...TOKENS, id_token } });
    const base = `${server.url}/contoso.com/oauth2/v2.0`;
    const provider = microsoft({
      tenantId: 'contoso.com',
      clientId: 'client-1',
      scopes: ['Mail.Read'],
      endpoints: { token: `${base}/token`, deviceCode: `${base}/devicecode` },
    });
    const prompts: DeviceCodePrompt[] = [];
    const tokens = await deviceCode(provider, { onCode: (prompt) => void prompts.push(prompt) });
    expect(tokens).toMatchObject({
      accessToken: 'at-1',
      refreshToken: 'rt-1',
      user: { id: 'oid-1', username: 'ada@example.com', tenantId: 'tid-1' },
    });
    expect(prompts).toEqual([
      {
        userCode: 'ABCD1234',
        verificationUri: 'https://login.example.com/device',
        expiresAt: expect.any(Number),
        message,
      },
    ]);
    const [start, poll] = server.requests;
    expect(start?.path).toBe('/contoso.com/oauth2/v2.0/devicecode');
    expect(start?.form.get('scope')).toBe('Mail.Read openid profile offline_access');
    expect(poll?.path).toBe('/contoso.com/oauth2/v2.0/token');
    expect(Object.fromEntries(poll?.form ?? [])).toMatchObject({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: DEVICE_CODE,
      client_id: 'client-1',
    });
  });

  test('at any OAuth 2.0 server, with a client that authenticates', async () => {
    const server = await tokenServer({ body: STARTED }, { body: TOKENS });
    const provider = oauth2({
      tokenEndpoint: `${server.url}/token`,
      deviceAuthorizationEndpoint: `${server.url}/device`,
      clientId: 'client-1',
      clientAuthentication: { method: 'client_secret_post', clientSecret: 'secret-1' },
      scopes: ['mail', 'offline_access'],
    });
    let shown: DeviceCodePrompt | undefined;
    const tokens = await deviceCode(provider, {
      onCode(prompt) {
        shown = prompt;
      },
    });
    expect(tokens).toMatchObject({ accessToken: 'at-1', refreshToken: 'rt-1' });
    expect(shown?.message).toBe(
      'To sign in, open https://login.example.com/device and enter the code ABCD1234.',
    );
    expect(server.requests.map(({ path }) => path)).toEqual(['/device', '/token']);
    expect(server.requests[0]?.form.get('scope')).toBe('mail offline_access');
    expect(server.last.form.get('client_secret')).toBe('secret-1');
  });

  test('with more parameters, and without a secret at the device endpoint', async () => {
    const server = await tokenServer({ body: STARTED }, { body: TOKENS });
    const provider = oauth2({
      tokenEndpoint: `${server.url}/token`,
      deviceAuthorizationEndpoint: `${server.url}/device`,
      clientId: 'client-1',
      clientAuthentication: { method: 'client_secret_basic', clientSecret: 'secret-1' },
      scopes: ['mail'],
    });
    const parameters = { audience: 'https://api.example.com', scope: 'all', client_id: 'another' };
    await deviceCode(provider, { onCode: () => undefined, parameters, authenticate: false });
    const [start, poll] = server.requests;
    expect(Object.fromEntries(start?.form ?? [])).toEqual({
      audience: 'https://api.example.com',
      scope: 'mail',
      client_id: 'client-1',
    });
    expect(start?.headers.authorization).toBeUndefined();
    expect(poll?.headers.authorization).toMatch(/^Basic /);
  });

  test('more parameters at Entra', async () => {
    const server = await tokenServer({ body: STARTED }, { body: TOKENS });
    const provider = microsoft({
      tenantId: 'contoso.com',
      clientId: 'client-1',
      scopes: ['Mail.Read'],
      endpoints: { token: `${server.url}/token`, deviceCode: `${server.url}/devicecode` },
    });
    await deviceCode(provider, { onCode: () => undefined, parameters: { mkt: 'de', client_id: 'another' } });
    expect(Object.fromEntries(server.requests[0]?.form ?? [])).toMatchObject({
      mkt: 'de',
      client_id: 'client-1',
    });
  });

  test.each([
    ['no device code', { ...STARTED, device_code: undefined }],
    ['no user code', { ...STARTED, user_code: '' }],
    ['no address', { ...STARTED, verification_uri: undefined }],
    ['an address that is none of the web', { ...STARTED, verification_uri: 'javascript:alert(1)' }],
    ['nothing', {}],
  ])('a device authorization reply with %s is refused', async (_, body) => {
    const server = await tokenServer({ body });
    const deviceAuthorizationEndpoint = `${server.url}/device`;
    const tokenEndpoint = `${server.url}/token`;
    const provider = oauth2({ tokenEndpoint, deviceAuthorizationEndpoint, clientId: 'client-1', scopes: [] });
    const onCode = () => expect.unreachable();
    expect(await refusal(deviceCode(provider, { onCode }), DEVICE_CODE)).toMatchObject({
      code: 'invalid_response',
    });
  });
});

describe('polling', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  type Reply = TokenSet | Error | (() => Promise<TokenSet>);
  const SIGNED_IN: TokenSet = { accessToken: 'at-1', refreshToken: 'rt-1' };
  const refused = (code: string, more = {}) => new TokenEndpointError({ code, status: 400, ...more });
  const pending = refused('authorization_pending');

  /** A provider that answers polls as told and notes when they came, in seconds; the last reply repeats. */
  function scripted(replies: Reply[], { intervalMs = 5_000, lifeMs = 900_000 } = {}) {
    const startedAt = Date.now();
    const polledAt: number[] = [];
    const signIn: Partial<SignInProvider['signIn']> = {
      startDeviceCode: async () => ({
        deviceCode: DEVICE_CODE,
        userCode: 'ABCD1234',
        verificationUri: 'https://login.example.com/device',
        expiresAt: Date.now() + lifeMs,
        intervalMs,
      }),
      async redeemDeviceCode() {
        polledAt.push((Date.now() - startedAt) / 1000);
        const reply = (replies.length > 1 ? replies.shift() : replies[0]) as Reply;
        if (reply instanceof Error) throw reply;
        return typeof reply === 'function' ? reply() : reply;
      },
    };
    const provider = { signIn } as SignInProvider;
    return { polledAt, run: (options = {}) => deviceCode(provider, { onCode: () => undefined, ...options }) };
  }

  /** Lets time pass until the work is done. */
  async function settled<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
    const outcome = Promise.allSettled([work]).then(([result]) => result);
    let done = false;
    void outcome.then(() => {
      done = true;
    });
    for (let seconds = 0; !done && seconds < 2_000; seconds++) await vi.advanceTimersByTimeAsync(1_000);
    return outcome;
  }

  test('waits the interval before each poll', async () => {
    const { polledAt, run } = scripted([pending, pending, SIGNED_IN]);
    expect(await settled(run())).toEqual({ status: 'fulfilled', value: SIGNED_IN });
    expect(polledAt).toEqual([5, 10, 15]);
  });

  test('slow_down adds five seconds for good', async () => {
    const slowDown = refused('slow_down');
    const { polledAt, run } = scripted([pending, slowDown, pending, slowDown, pending, SIGNED_IN]);
    await settled(run());
    expect(polledAt).toEqual([5, 10, 20, 30, 45, 60]);
  });

  test('network trouble backs off, and is forgotten at the next answer', async () => {
    const { polledAt, run } = scripted([
      refused('network', { status: undefined }),
      refused('timeout', { status: undefined }),
      refused('invalid_response', { status: 502 }),
      pending,
      SIGNED_IN,
    ]);
    await settled(run());
    expect(polledAt).toEqual([5, 15, 35, 75, 80]);
  });

  test('Retry-After is waited out', async () => {
    const busy = refused('temporarily_unavailable', { status: 503, retryAfterMs: 30_000 });
    const { polledAt, run } = scripted([busy, SIGNED_IN]);
    await settled(run());
    expect(polledAt).toEqual([5, 35]);
  });

  test.each([['access_denied'], ['expired_token'], ['invalid_client'], ['invalid_grant']])(
    '%s ends it',
    async (code) => {
      const { polledAt, run } = scripted([pending, refused(code)]);
      expect(await settled(run())).toMatchObject({
        status: 'rejected',
        reason: { name: 'TokenEndpointError', code },
      });
      expect(polledAt).toHaveLength(2);
    },
  );

  test('an error that the provider did not expect ends it', async () => {
    const { run } = scripted([new RangeError('a bug')]);
    expect(await settled(run())).toMatchObject({ status: 'rejected', reason: { name: 'RangeError' } });
  });

  test('nobody comes: it ends when the code does, though the server never says so', async () => {
    const { polledAt, run } = scripted([pending], { lifeMs: 32_000 });
    expect(await settled(run())).toMatchObject({ status: 'rejected', reason: { code: 'expired_token' } });
    expect(polledAt).toEqual([5, 10, 15, 20, 25, 30]);
  });

  test.each([
    [
      'timeout',
      { timeoutMs: 12_000 },
      'Nobody entered the code within `timeoutMs`. Start the sign-in again.',
    ],
    ['expired_token', {}, 'Nobody entered the code before it expired. Start the sign-in again.'],
  ])(
    'nobody comes, and the server answered all the time: %s blames no server',
    async (code, options, message) => {
      const { polledAt, run } = scripted([pending], { lifeMs: 32_000 });
      const { reason } = (await settled(run(options))) as PromiseRejectedResult;
      expect(reason).toMatchObject({ name: 'TokenEndpointError', code, message });
      expect(`${reason.stack}${inspect(reason)}`).not.toMatch(
        /Nothing was sent|can be reached|options of the provider/,
      );
      expect(polledAt.length).toBeGreaterThan(1);
    },
  );

  test('nobody comes, and the server was gone in the end: it says that as well', async () => {
    const { run } = scripted([pending, new TokenEndpointError({ code: 'network', sent: false })]);
    const { reason } = (await settled(run({ timeoutMs: 60_000 }))) as PromiseRejectedResult;
    expect(reason.message).toMatch(
      /^Nobody entered .* At the end: The token endpoint could not be reached\./,
    );
    expect(reason.cause).toMatchObject({ code: 'network' });
  });

  test('an abort ends the wait at once, with its reason', async () => {
    const { polledAt, run } = scripted([pending]);
    const controller = new AbortController();
    const work = captured(run({ signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(6_000);
    const reason = new Error('no more');
    controller.abort(reason);
    expect(await work).toBe(reason);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(polledAt).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('what onCode throws ends it', async () => {
    const { polledAt, run } = scripted([SIGNED_IN]);
    const onCode = () => Promise.reject(new Error('no terminal'));
    expect(await captured(run({ onCode }))).toMatchObject({ code: 'configuration', option: 'onCode' });
    expect(polledAt).toEqual([]);
  });
});

test('an abort ends a poll that hangs', async () => {
  const server = await tokenServer({ body: STARTED }, 'hang');
  const tokenEndpoint = `${server.url}/token`;
  const deviceAuthorizationEndpoint = `${server.url}/device`;
  const provider = oauth2({ tokenEndpoint, deviceAuthorizationEndpoint, clientId: 'client-1', scopes: [] });
  const controller = new AbortController();
  const work = captured(deviceCode(provider, { onCode: () => undefined, signal: controller.signal }));
  await vi.waitFor(() => expect(server.requests).toHaveLength(2), { timeout: 3_000 });
  controller.abort();
  expect(await work).toMatchObject({ name: 'AbortError' });
});

test('Entra says authorization_declined for what the RFC calls access_denied', async () => {
  const server = await tokenServer(error('authorization_declined', `AADSTS70000: ${DEVICE_CODE} declined`));
  const provider = microsoft({
    tenantId: 'contoso.com',
    clientId: 'client-1',
    scopes: ['Mail.Read'],
    endpoints: { token: `${server.url}/token` },
  });
  const poll = provider.signIn.redeemDeviceCode(DEVICE_CODE, AbortSignal.timeout(1_000));
  expect(await refusal(poll, DEVICE_CODE)).toMatchObject({ code: 'access_denied' });
});
