import { memoryBackend } from '@everbearer/backends/memory';
import { createTokenManager } from '@everbearer/core';
import { type EntraErrorKind, entraErrorOf, entraErrors, microsoft } from '@everbearer/providers/microsoft';
import { describe, expect, test } from 'vitest';
import { captured, refusal } from '../support/captured-error.ts';
import { context } from '../support/context.ts';
import { tokenServer } from '../support/token-server.ts';
import { PUBLISHED_NUMBERS } from './entra-published-numbers.ts';

const credential = { refreshToken: 'rt-1' };

/** What Entra sends beside a number. */
const said = (number: number, text: string) =>
  `AADSTS${number}: ${text} Trace ID: 0000aaaa-11bb-cccc-dd22-eeeeee333333 Correlation ID: aaaa0000-bb11-2222-33cc-444444dddddd Timestamp: 2026-11-28 02:02:12Z`;

async function refusedWith(body: Record<string, unknown>, status = 400) {
  const server = await tokenServer({ status, body });
  const provider = microsoft({
    tenantId: 'contoso.com',
    clientId: 'client-1',
    scopes: ['Mail.Read'],
    endpoints: { token: `${server.url}/token` },
  });
  return { server, provider };
}

async function errorOf(number: number, error = 'invalid_grant', more: Record<string, unknown> = {}) {
  const description = said(number, 'Its own words.');
  const body = { error, error_codes: [number], error_description: description, ...more };
  const { provider } = await refusedWith(body);
  return refusal(provider.refresh(credential, context()));
}

/** What an `invalid_grant` with such a number is for core. */
const MEANINGS: Readonly<Record<EntraErrorKind, { code: string; passes: boolean }>> = {
  final: { code: 'invalid_grant', passes: false },
  later: { code: 'temporarily_unavailable', passes: false },
  interaction: { code: 'invalid_grant', passes: true },
  consent: { code: 'invalid_grant', passes: true },
  admin: { code: 'invalid_grant', passes: true },
  configuration: { code: 'invalid_grant', passes: true },
};

describe('every number', () => {
  test.each([...entraErrors.values()])('AADSTS$number is $kind', async ({ number, kind, remedy, source }) => {
    expect(remedy).toMatch(/^[A-Z].{10,149}\.$/);
    expect(source).toMatch(/^https:\/\/[a-z.]+\/[^ ]+$/);
    const error = await errorOf(number);
    expect(error).toMatchObject(MEANINGS[kind]);
    expect(error.message).toContain(`AADSTS${number}: ${remedy}`);
    expect(entraErrorOf(error)).toBe(entraErrors.get(number));
  });

  test('stands in one row', async () => {
    const { ENTRA_ERROR_ROWS } = await import('../../src/servers/entra-error-rows.ts');
    expect(entraErrors.size).toBe(Object.values(ENTRA_ERROR_ROWS).flat().length);
    expect(entraErrors.size).toBeGreaterThan(230);
  });
});

test('a number has a source of its own unless Microsoft publishes it', () => {
  const list = 'https://learn.microsoft.com/entra/identity-platform/reference-error-codes#aadsts-error-codes';
  const listed = [...entraErrors.values()].filter(({ source }) => source === list);
  expect(listed.filter(({ number }) => !PUBLISHED_NUMBERS.includes(number))).toEqual([]);
  // The others are of SAML, WS-Federation, Windows sign-in and password changes, which no token request meets.
  const left = PUBLISHED_NUMBERS.filter((number) => !entraErrors.has(number));
  expect(left.length).toBeLessThan(80);
  expect(listed.length + left.length).toBe(PUBLISHED_NUMBERS.length);
});

/** Found in replies that people published, each with what they had to do. */
test.each<[number, EntraErrorKind]>([
  [700082, 'final'],
  [700084, 'final'],
  [50173, 'final'],
  [70043, 'final'],
  [90033, 'later'],
  [90055, 'later'],
  [50076, 'interaction'],
  [50055, 'interaction'],
  [65001, 'consent'],
  [53003, 'admin'],
  [50105, 'admin'],
  [90094, 'admin'],
  [7000215, 'configuration'],
  [7000222, 'configuration'],
  [700016, 'configuration'],
  [500011, 'configuration'],
  [70021, 'configuration'],
])('%i is %s', (number, kind) => {
  expect(entraErrors.get(number)?.kind).toBe(kind);
});

test('the words of Entra follow the remedy, without the ids of the request', async () => {
  const { description } = await errorOf(50076);
  expect(description).toBe(
    'AADSTS50076: The person must pass a second factor: sign in again. Entra said: Its own words.',
  );
});

test('an unknown number leaves the words as they are', async () => {
  const error = await errorOf(123456);
  expect(error.description).toBe(said(123456, 'Its own words.'));
  expect(error).toMatchObject({ code: 'invalid_grant', passes: false });
  expect(entraErrorOf(error)).toBeUndefined();
  for (const nothing of [undefined, null, 'AADSTS50076', {}, { description: 7 }])
    expect(entraErrorOf(nothing)).toBeUndefined();
});

test('a token that is bad is advised by the number that says so, never by another', async () => {
  const numbers = { error_codes: [50076, 700082], suberror: 'bad_token' };
  const error = await errorOf(700082, 'invalid_grant', numbers);
  expect(error).toMatchObject({ code: 'invalid_grant', passes: false });
  expect(entraErrorOf(error)?.number).toBe(700082);
  const other = await errorOf(50076, 'invalid_grant', { suberror: 'bad_token' });
  expect(other.description).not.toContain('second factor');
});

test.each([
  ['invalid_client', 7000222, 401, 'invalid_client'],
  ['unauthorized_client', 700016, 400, 'unauthorized_client'],
  ['invalid_request', 90012, 400, 'temporarily_unavailable'],
  ['temporarily_unavailable', 90033, 503, 'temporarily_unavailable'],
  ['invalid_scope', 70011, 400, 'invalid_scope'],
])('%s with %i keeps its code unless it passes by itself', async (error, number, status, code) => {
  const { provider } = await refusedWith({ error, error_codes: [number] }, status);
  const thrown = await refusal(provider.refresh(credential, context()));
  expect(thrown).toMatchObject({ code, status, description: expect.stringContaining(`AADSTS${number}: `) });
});

test('the remedy is told by a process that only reads the record', async () => {
  const body = { error: 'invalid_grant', error_codes: [700084], error_description: said(700084, 'Ended.') };
  const { server, provider } = await refusedWith(body);
  const backend = memoryBackend();
  const first = createTokenManager({ provider, backend });
  await first.signIn({ refreshToken: 'rt-1' });
  await captured(first.getToken());
  const second = createTokenManager({ provider, backend });
  const error = await captured(second.getToken());
  expect(error).toMatchObject({ code: 'revoked' });
  expect(entraErrorOf(error)).toMatchObject({ number: 700084, kind: 'final' });
  const { lastFailure } = await second.status();
  expect(lastFailure?.description).toContain('single-page app end 24 hours after sign-in');
  expect(entraErrorOf(lastFailure)?.number).toBe(700084);
  expect(server.requests).toHaveLength(1);
});
