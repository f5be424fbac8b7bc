import { type AuthEvent, createAuthFetch } from '@everbearer/core';
import { describe, expect, test } from 'vitest';

const ORIGIN = 'https://api.example';
const EXPIRED = { ok: false, error: 'token_expired' };
/** Bun names a charset as well. */
const isJson = ({ headers }: Response) =>
  headers.get('content-type')?.startsWith('application/json') === true;
const saysExpired = async (response: Response) =>
  ((await response.clone().json()) as { error?: string }).error === 'token_expired';

/** Answers in this order, the last again and again. */
async function met(replies: (() => Response)[], options: object) {
  const sent: string[] = [];
  const events: AuthEvent[] = [];
  const source = {
    async getToken(ask: { rejected?: string | undefined } = {}) {
      return { token: ask.rejected === undefined ? 'at-1' : 'at-2' };
    },
  };
  const fetch = async (_input: unknown, init?: RequestInit) => {
    sent.push(new Headers(init?.headers).get('authorization') ?? 'none');
    const reply = replies[Math.min(sent.length, replies.length) - 1] as () => Response;
    return reply();
  };
  const onEvent = (event: AuthEvent) => void events.push(event);
  const authFetch = createAuthFetch(source, { origins: [ORIGIN], fetch, onEvent, ...options });
  const response = await authFetch(`${ORIGIN}/v1`);
  return { sent, text: await response.text(), events: events.map(({ type }) => type) };
}

const expired = () => Response.json(EXPIRED);
const good = () => Response.json({ ok: true });
const chosen = { successes: isJson, isRejected: saysExpired };

describe('a success that was chosen', () => {
  test('rejects the token: it is sent once more with a new one', async () => {
    const { sent, text, events } = await met([expired, good], chosen);
    expect(sent).toEqual(['Bearer at-1', 'Bearer at-2']);
    expect(JSON.parse(text)).toEqual({ ok: true });
    expect(events).toEqual(['replayed']);
  });

  test('rejects the new token, too: it goes to the caller, and nothing is sent a third time', async () => {
    const { sent, text, events } = await met([expired], chosen);
    expect(sent).toHaveLength(2);
    expect(JSON.parse(text)).toEqual(EXPIRED);
    expect(events).toEqual(['replayed', 'rejected']);
  });

  test('does not reject it: it goes to the caller whole', async () => {
    const { sent, text } = await met([good], chosen);
    expect(sent).toHaveLength(1);
    expect(JSON.parse(text)).toEqual({ ok: true });
  });
});

describe('a success that was not chosen is not looked at', () => {
  test.each<[string, object]>([
    ['without `successes`', { isRejected: saysExpired }],
    ['not chosen', { ...chosen, successes: () => false }],
    ['chosen by something that is not `true`', { ...chosen, successes: () => 'yes' }],
  ])('%s', async (_name, options) => {
    const { sent, text } = await met([expired], options);
    expect(sent).toHaveLength(1);
    expect(JSON.parse(text)).toEqual(EXPIRED);
  });
});

test('`successes` must be a function', () => {
  const options = { origins: [ORIGIN], successes: true as unknown as () => boolean };
  expect(() => createAuthFetch({ getToken: async () => ({ token: 'x' }) }, options)).toThrow(
    expect.objectContaining({ option: 'successes' }),
  );
});
