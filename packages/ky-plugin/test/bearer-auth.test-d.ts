import { createAuthFetch, staticTokenSource, type TokenSource } from '@everbearer/core';
import { bearerAuth } from '@everbearer/ky-plugin';
import ky, { type Options } from 'ky';
import { expectTypeOf, test } from 'vitest';

const origins = ['https://api.example.com'];
const source = staticTokenSource('abc');
const api = ky.extend(bearerAuth(source, { origins }));

test('context.auth is known to an editor, and other data for hooks stays free', () => {
  void api.get('', { context: { auth: false } });
  void api.get('', { context: { auth: { account: 'b', scopes: ['Mail.Read'] }, trace: 1 } });
  api.extend({ context: { auth: undefined } });
  // @ts-expect-error: no text
  void api.get('', { context: { auth: 'b' } });
  // @ts-expect-error: no `true`, which would say nothing
  void api.get('', { context: { auth: true } });
  // @ts-expect-error: a name that is none
  void api.get('', { context: { auth: { user: 'b' } } });
  // @ts-expect-error: scopes are a list
  void api.get('', { context: { auth: { scopes: 'Mail.Read' } } });
  expectTypeOf<NonNullable<Options['context']>>().toExtend<Record<string, unknown>>();
});

test('a source is chosen from the call', () => {
  bearerAuth(
    (call) => {
      expectTypeOf(call.account).toEqualTypeOf<string | undefined>();
      expectTypeOf(call.scopes).toEqualTypeOf<readonly string[] | undefined>();
      expectTypeOf(call.url).toEqualTypeOf<string>();
      return source;
    },
    { origins: (url) => url.hostname === 'api.example.com' },
  );
  // @ts-expect-error: origins are required
  bearerAuth(source, {});
  // @ts-expect-error: a function that gives no source
  bearerAuth(() => 'token', { origins });
});

test('an auth fetch stands wherever a fetch is taken', () => {
  const authFetch = createAuthFetch(source, { origins });
  expectTypeOf(authFetch).toExtend<typeof fetch>();
  expectTypeOf(authFetch).toExtend<NonNullable<Options['fetch']>>();
  void authFetch('https://api.example.com', { auth: false });
  void authFetch('https://api.example.com', { method: 'POST', auth: { account: 'b' } });
  // @ts-expect-error: no text
  void authFetch('https://api.example.com', { auth: 'b' });
  // @ts-expect-error: a name that is none
  void authFetch('https://api.example.com', { auth: { scope: 'a' } });
  expectTypeOf<{ getToken: TokenSource['getToken'] }>().toExtend<TokenSource>();
});
