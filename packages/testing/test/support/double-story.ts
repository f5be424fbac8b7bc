import assert from 'node:assert/strict';
import { createAuthFetch } from '@everbearer/core';
import { createTokenDouble } from '@everbearer/testing/doubles';

/** What a test runner's fake timers can do. */
export interface FakeTime {
  /** Moves `Date`, and runs the timers that are due meanwhile. */
  advance(ms: number): void | Promise<void>;
}

const ORIGIN = 'https://api.example.com';
const HOUR_MS = 3_600_000;

/** Expires, is refused once, is slow, fails, needs a sign-in: told in the time of whatever runner calls it. */
export async function doubleStory({ advance }: FakeTime): Promise<void> {
  const tokens = createTokenDouble();
  const seen: (string | null)[] = [];
  const api = tokens.api(({ headers }) => {
    seen.push(headers.get('authorization'));
    return Response.json({});
  });
  const fetch = createAuthFetch(tokens, { origins: [ORIGIN], fetch: api });
  const outcome = () =>
    fetch(ORIGIN).then(
      ({ status }) => status,
      ({ code }: { code: string }) => code,
    );

  assert.equal(await outcome(), 200);
  await advance(HOUR_MS);
  assert.equal(tokens.state, 'expired');
  assert.equal(await outcome(), 200);
  tokens.revoke();
  assert.equal(await outcome(), 200);
  tokens.expire();
  tokens.slowDown(5_000);
  const slow = outcome();
  await advance(4_999);
  assert.equal(seen.length, 3);
  await advance(1);
  assert.equal(await slow, 200);
  assert.deepEqual(seen, ['Bearer token-1', 'Bearer token-2', 'Bearer token-3', 'Bearer token-4']);
  tokens.slowDown(0);
  tokens.expire();
  tokens.failRenewals('network');
  assert.equal(await outcome(), 'network');
  tokens.requireSignIn();
  assert.equal(await outcome(), 'revoked');
  assert.deepEqual([seen.length, tokens.renewals, tokens.rejections], [4, 4, 1]);
}
