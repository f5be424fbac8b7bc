import { setTimeout } from 'node:timers/promises';
import { memoryBackend } from '@everbearer/backends/memory';
import { type AuthEvent, createTokenManager } from '@everbearer/core';
import { profiles } from '@everbearer/providers/oauth2';
import { describe, expect, test } from 'vitest';
import { captured } from '../support/captured-error.ts';
import { at, TOKENS, type UserOptions } from '../support/oauth2-fixture.ts';
import { type Answer, tokenServer } from '../support/token-server.ts';

async function signedIn(options: UserOptions, ...answers: Answer[]) {
  const server = await tokenServer(...answers);
  const events: AuthEvent[] = [];
  const manager = createTokenManager({
    provider: at(server, options),
    backend: memoryBackend(),
    onEvent: (event) => void events.push(event),
  });
  await manager.signIn({ refreshToken: 'rt-1' });
  const presented = () => server.requests.map(({ form }) => form.get('refresh_token'));
  return { server, manager, events, presented };
}

describe('a dead session is named by its first answer', () => {
  test.each<[string, Answer]>([
    ['HubSpot', { status: 400, body: { status: 'BAD_REFRESH_TOKEN' } }],
    ['Strava', { status: 400, body: { errors: [{ resource: 'RefreshToken' }] } }],
    ['Slack', { status: 200, body: { ok: false, error: 'invalid_refresh_token' } }],
    [
      'jmondi',
      { status: 400, body: { error: 'invalid_request', error_description: 'Token has been revoked' } },
    ],
  ])('%s', async (_name, answer) => {
    const { manager, presented } = await signedIn({}, answer);
    const error = await captured(manager.getToken());
    expect(error).toMatchObject({ name: 'ReauthorizationRequiredError', code: 'revoked' });
    await captured(manager.renew());
    expect(presented()).toEqual(['rt-1']);
  });
});

describe('a reply that was read whole is not a lost one: the refresh token is presented once', () => {
  test.each<[string, Answer]>([
    ['an empty 400', { status: 400, body: '' }],
    ['a 404 with a page', { status: 404, body: '<html>' }],
    ['a 400 of nobody knows what', { status: 400, body: { fault: 'x' } }],
    ['a 200 without tokens', { status: 200, body: {} }],
    ['a 200 with a page', { status: 200, body: '<!doctype html>' }],
    ['a 200 with an unknown code', { status: 200, body: { ok: false, error: 'strange' } }],
    ['a 204', { status: 204, body: '' }],
    ['a 200 with a token that cannot be sent', { status: 200, body: { access_token: 'a\nb' } }],
  ])('%s', async (_name, answer) => {
    const { manager, presented } = await signedIn({}, answer);
    const since = performance.now();
    const error = await captured(manager.getToken());
    expect(performance.now() - since).toBeLessThan(1_000);
    expect(error).toMatchObject({ name: 'TokenEndpointError' });
    await captured(manager.getToken());
    expect(presented()).toEqual(['rt-1']);
    const { lastFailure, notBefore } = await manager.status();
    expect(lastFailure).toMatchObject({ code: (error as { code: string }).code });
    expect(notBefore).toBeGreaterThan(Date.now() - 1_000);
  });
});

test('a 200 without tokens may have rotated: what is refused after it is called ambiguous', async () => {
  const { manager } = await signedIn({}, { body: {} }, { status: 400, body: { error: 'invalid_grant' } });
  await captured(manager.getToken());
  const heldBack = await captured(manager.renew());
  expect(heldBack).toMatchObject({ code: 'invalid_response', retryAfterMs: expect.any(Number) });
  // A timer may be early by a part of a millisecond.
  await setTimeout((heldBack as { retryAfterMs: number }).retryAfterMs + 20);
  expect(await captured(manager.renew())).toMatchObject({ code: 'ambiguous_rotation' });
});

test('a refusal that brings a new refresh token is thrown, and the new token is presented next', async () => {
  const refused = {
    status: 400,
    body: { error: 'too_early', error_description: 'wait', refresh_token: 'rt-2' },
  };
  const { manager, presented } = await signedIn({}, refused, { body: TOKENS });
  expect(await captured(manager.getToken())).toMatchObject({
    code: 'too_early',
    status: 400,
    description: 'wait',
  });
  expect((await manager.status()).lastFailure).toMatchObject({ code: 'too_early' });
  await manager.renew();
  expect(presented()).toEqual(['rt-1', 'rt-2']);
});

describe('granted scopes are compared with those that were wanted', () => {
  const scopes = ['openid', 'mail.read', 'mail.send'];
  test.each<[string, unknown, string | undefined]>([
    ['less', 'openid mail.read', 'mail.send'],
    ['less, with commas', 'openid,mail.read', 'mail.send'],
    ['all', 'mail.send mail.read', undefined],
    [
      'all, in capitals and with their resource',
      'https://graph.example/Mail.Read https://graph.example/Mail.Send',
      undefined,
    ],
    ['nothing is said', undefined, undefined],
  ])('%s', async (_name, scope, missing) => {
    const { manager, events } = await signedIn({ scopes }, { body: { ...TOKENS, scope } });
    await manager.getToken();
    await manager.renew();
    const warnings = events.filter((event) => event.type === 'warning' && event.code === 'scopes_narrowed');
    expect(warnings).toHaveLength(missing === undefined ? 0 : 1);
    if (missing !== undefined)
      expect(warnings[0]).toMatchObject({ message: expect.stringContaining(missing) });
    await manager.close();
  });

  test('a server that narrows for good is not asked for less', async () => {
    const profile = { ...profiles.unknown, narrowingLasts: true };
    const { manager, server } = await signedIn({ scopes, profile }, { body: TOKENS });
    expect(await captured(manager.getToken({ scopes: ['mail.read'] }))).toMatchObject({ option: 'scopes' });
    expect(server.requests).toHaveLength(0);
    await manager.getToken();
    expect(server.requests).toHaveLength(1);
    await manager.close();
  });
});
