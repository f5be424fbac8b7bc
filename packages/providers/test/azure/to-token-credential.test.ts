import { AccessToken, type TokenAsk, type TokenSource } from '@everbearer/core';
import { toTokenCredential } from '@everbearer/providers/azure';
import { expect, test } from 'vitest';
import { captured, expectNoSecret } from '../support/captured-error.ts';

function recording(expiresAt?: number) {
  const asks: (TokenAsk | undefined)[] = [];
  const source: TokenSource = {
    async getToken(ask) {
      asks.push(ask);
      return new AccessToken({ token: 'at-1', expiresAt });
    },
  };
  return { asks, credential: toTokenCredential(source) };
}

test('a token that is bound to a key is handed to nobody who sends it without a proof', async () => {
  const dpop = { proof: async () => 'proof', wantsAnother: () => false };
  const source: TokenSource = { getToken: async () => new AccessToken({ token: 'at-bound', dpop }) };
  const error = await captured(toTokenCredential(source).getToken('https://x/.default'));
  expect(error).toMatchObject({ name: 'ConfigurationError', option: 'source' });
  expectNoSecret(error, 'at-bound');
});

test('passes on what the Azure client asks for', async () => {
  const { asks, credential } = recording(1_900_000_000_000);
  const abortSignal = new AbortController().signal;
  const claims = '{"access_token":{}}';
  expect(await credential.getToken('https://x/.default', { claims, abortSignal })).toEqual({
    token: 'at-1',
    expiresOnTimestamp: 1_900_000_000_000,
    tokenType: 'Bearer',
  });
  await credential.getToken(['a', 'b']);
  expect(asks).toEqual([
    { scopes: ['https://x/.default'], claims, signal: abortSignal },
    { scopes: ['a', 'b'], claims: undefined, signal: undefined },
  ]);
});

test('a token of unknown life is asked for again soon', async () => {
  const { expiresOnTimestamp } = await recording().credential.getToken('a');
  expect(expiresOnTimestamp - Date.now()).toBeGreaterThan(5 * 60_000);
  expect(expiresOnTimestamp - Date.now()).toBeLessThanOrEqual(10 * 60_000);
});

test('a signal of the old Azure kind works like a native one', async () => {
  const { asks, credential } = recording();
  const listeners: (() => void)[] = [];
  const addEventListener = (_: string, listener: () => void) => void listeners.push(listener);
  await credential.getToken('a', { abortSignal: { aborted: false, addEventListener } });
  expect(asks[0]?.signal?.aborted).toBe(false);
  for (const listener of listeners) listener();
  expect(asks[0]?.signal?.aborted).toBe(true);
  await credential.getToken('a', { abortSignal: { aborted: true, addEventListener } });
  expect(asks[1]?.signal?.aborted).toBe(true);
});
