import { bearerAuth } from '@everbearer/ky-plugin';
import ky from 'ky';
import { expect, test } from 'vitest';

test('a success that was chosen and rejects the token is sent once more with a new one', async () => {
  const sent: (string | null)[] = [];
  const source = {
    async getToken(ask: { rejected?: string | undefined } = {}) {
      return { token: ask.rejected === undefined ? 'at-1' : 'at-2' };
    },
  };
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    sent.push(new Request(input, init).headers.get('authorization'));
    return Response.json(sent.length === 1 ? { error: 'token_expired' } : { ok: true });
  };
  const api = ky.extend({ fetch }).extend(
    bearerAuth(source, {
      origins: ['https://api.example'],
      successes: ({ ok }) => ok,
      isRejected: async (response) => (await response.clone().text()).includes('token_expired'),
    }),
  );
  expect(await api.get('https://api.example/v1').json()).toEqual({ ok: true });
  expect(sent).toEqual(['Bearer at-1', 'Bearer at-2']);
});
