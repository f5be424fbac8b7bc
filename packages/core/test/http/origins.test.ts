import { type AuthFetchOptions, createAuthFetch, staticTokenSource } from '@everbearer/core';
import { createGuard } from '@everbearer/core/adapter';
import { isLoopback } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { compileOrigins, originForMessage } from '../../src/http/origins.ts';

const ORIGINS = [
  'https://graph.microsoft.com',
  'https://api.example.com:8443',
  'https://bücher.example',
  'http://127.0.0.1:3000',
  'http://[::1]:3000',
  'http://localhost',
];

describe('which URLs a token may go to', () => {
  const standingOf = compileOrigins({ origins: ORIGINS });

  test.each<[string, string]>([
    // the origin itself
    ['https://graph.microsoft.com', 'allowed'],
    ['https://graph.microsoft.com/', 'allowed'],
    ['https://graph.microsoft.com/v1.0/me?a=b#c', 'allowed'],
    ['https://graph.microsoft.com?a=b', 'allowed'],
    ['https://graph.microsoft.com#a', 'allowed'],
    ['https://graph.microsoft.com//evil.example/', 'allowed'],
    ['https://graph.microsoft.com/@evil.example/', 'allowed'],
    ['https://graph.microsoft.com/?https://evil.example/', 'allowed'],
    // case
    ['HTTPS://GRAPH.MICROSOFT.COM/', 'allowed'],
    ['https://Graph.Microsoft.Com/V1.0', 'allowed'],
    // port
    ['https://graph.microsoft.com:443/', 'allowed'],
    ['https://graph.microsoft.com:00443/', 'allowed'],
    ['https://graph.microsoft.com:/', 'allowed'],
    ['https://graph.microsoft.com:444/', 'foreign'],
    ['https://graph.microsoft.com:80/', 'foreign'],
    ['https://graph.microsoft.com:0/', 'foreign'],
    ['https://graph.microsoft.com:99999/', 'outside'],
    ['https://api.example.com:8443/', 'allowed'],
    ['https://api.example.com/', 'foreign'],
    ['https://api.example.com:84430/', 'outside'],
    ['https://api.example.com:8444/', 'foreign'],
    // scheme
    ['http://graph.microsoft.com/', 'insecure'],
    ['http://graph.microsoft.com:443/', 'insecure'],
    ['https://localhost/', 'foreign'],
    ['https://127.0.0.1:3000/', 'foreign'],
    ['wss://graph.microsoft.com/', 'outside'],
    ['ftp://graph.microsoft.com/', 'outside'],
    ['file://graph.microsoft.com/etc', 'outside'],
    ['data:text/plain,https://graph.microsoft.com/', 'outside'],
    ['blob:https://graph.microsoft.com/0d2c', 'outside'],
    ['about:blank', 'outside'],
    ['javascript:fetch("https://graph.microsoft.com/")', 'outside'],
    ['httpss://graph.microsoft.com/', 'outside'],
    ['view-source:https://graph.microsoft.com/', 'outside'],
    // no address at all
    ['', 'outside'],
    ['/v1.0/me', 'outside'],
    ['?https://graph.microsoft.com/', 'outside'],
    ['#https://graph.microsoft.com/', 'outside'],
    ['//graph.microsoft.com/', 'outside'],
    ['graph.microsoft.com/', 'outside'],
    ['https://', 'outside'],
    ['https:///', 'outside'],
    // looks like it
    ['https://graph.microsoft.com.evil.example/', 'foreign'],
    ['https://graph.microsoft.comevil.example/', 'foreign'],
    ['https://evil-graph.microsoft.com/', 'foreign'],
    ['https://sub.graph.microsoft.com/', 'foreign'],
    ['https://microsoft.com/', 'foreign'],
    ['https://graph-microsoft.com/', 'foreign'],
    ['https://evil.example/https://graph.microsoft.com/', 'foreign'],
    ['https://evil.example/?https://graph.microsoft.com/', 'foreign'],
    ['https://evil.example/#https://graph.microsoft.com/', 'foreign'],
    // the trailing dot is another name
    ['https://graph.microsoft.com./', 'foreign'],
    ['https://graph.microsoft.com../', 'foreign'],
    // user information
    ['https://graph.microsoft.com@evil.example/', 'foreign'],
    ['https://graph.microsoft.com:443@evil.example/', 'foreign'],
    ['https://graph.microsoft.com%2F@evil.example/', 'foreign'],
    ['https://evil.example:pw@graph.microsoft.com/', 'allowed'],
    // backslashes, tabs, line breaks, spaces: as fetch itself reads them
    ['https://evil.example\\@graph.microsoft.com/', 'foreign'],
    ['https://graph.microsoft.com\\@evil.example/', 'allowed'],
    ['https:\\\\graph.microsoft.com\\', 'allowed'],
    ['https:graph.microsoft.com/', 'allowed'],
    ['https:///graph.microsoft.com/', 'allowed'],
    ['https://graph.micro\tsoft.com/', 'allowed'],
    ['https://graph.microsoft.com\t.evil.example/', 'foreign'],
    ['https://graph.microsoft.com\n.evil.example/', 'foreign'],
    [' \nhttps://graph.microsoft.com/', 'allowed'],
    ['https://graph.microsoft.com .evil.example/', 'outside'],
    // escapes and other scripts
    ['https://graph.microsoft.com%2eevil.example/', 'foreign'],
    ['https://graph.microsoft.com%2f.evil.example/', 'outside'],
    ['https://graph.microsoft.com%00/', 'outside'],
    ['https://%67raph.microsoft.com/', 'allowed'],
    ['https://ｇｒａｐｈ.microsoft.com/', 'allowed'],
    ['https://graph。microsoft。com/', 'allowed'],
    ['https://gra\u00adph.microsoft.com/', 'allowed'],
    ['https://grаph.microsoft.com/', 'foreign'], // with a Cyrillic а
    ['https://bücher.example/', 'allowed'],
    ['https://BÜCHER.example/', 'allowed'],
    ['https://xn--bcher-kva.example/', 'allowed'],
    ['https://bucher.example/', 'foreign'],
    // loopback
    ['http://127.0.0.1:3000/', 'allowed'],
    ['http://127.1:3000/', 'allowed'],
    ['http://2130706433:3000/', 'allowed'],
    ['http://0x7f.0.0.1:3000/', 'allowed'],
    ['http://127.0.0.1/', 'foreign'],
    ['http://127.0.0.2:3000/', 'foreign'],
    ['http://127.0.0.1.nip.io:3000/', 'insecure'],
    ['http://0.0.0.0:3000/', 'insecure'],
    ['http://[::1]:3000/', 'allowed'],
    ['http://[0:0:0:0:0:0:0:1]:3000/', 'allowed'],
    ['http://[::1]:3001/', 'foreign'],
    ['http://[::ffff:127.0.0.1]:3000/', 'insecure'],
    ['http://[::2]:3000/', 'insecure'],
    ['http://[fe80::1%25eth0]:3000/', 'outside'],
    ['http://localhost/', 'allowed'],
    ['http://LOCALHOST:80/', 'allowed'],
    ['http://localhost:8080/', 'foreign'],
    ['http://localhost./', 'insecure'],
    ['http://localhost.evil.example/', 'insecure'],
    ['http://sub.localhost/', 'insecure'],
    ['http://192.168.0.1/', 'insecure'],
  ])('%j is %s', (url, expected) => expect(standingOf(url)).toBe(expected));
});

describe('a function in place of the list', () => {
  const seen: string[] = [];
  const given = (answer: unknown) => {
    const origins = (url: URL) => {
      seen.push(url.href);
      return answer as boolean;
    };
    return compileOrigins({ origins });
  };

  test.each<[string, unknown, string]>([
    ['true', true, 'allowed'],
    ['false', false, 'foreign'],
    ['undefined', undefined, 'foreign'],
    ['1', 1, 'foreign'],
    ["'true'", 'true', 'foreign'],
    ['a promise of true', Promise.resolve(true), 'foreign'],
    ['an object', {}, 'foreign'],
  ])('that answers %s', (_name, answer, expected) => {
    expect(given(answer)('https://graph.microsoft.com/')).toBe(expected);
  });

  test.each<[string, string]>([
    ['http://graph.microsoft.com/', 'insecure'],
    ['data:,x', 'outside'],
    ['/v1.0', 'outside'],
  ])('is not even asked for %s', (url, expected) => {
    seen.length = 0;
    expect(given(true)(url)).toBe(expected);
    expect(seen).toEqual([]);
  });

  test('sees the URL as it will be sent', () => {
    seen.length = 0;
    given(true)('HTTPS://EVIL.example\\@graph.microsoft.com/');
    expect(seen).toEqual(['https://evil.example/@graph.microsoft.com/']);
  });
});

test('plain http beyond loopback is for those who say so', () => {
  const origins = ['http://api.internal:8080'];
  expect(compileOrigins({ origins, allowPlainHttp: true })('http://api.internal:8080/x')).toBe('allowed');
  expect(compileOrigins({ origins, allowPlainHttp: true })('http://api.internal/x')).toBe('foreign');
});

test.each([
  ['127.0.0.1', true],
  ['127.255.255.254', true],
  ['localhost', true],
  ['[::1]', true],
  ['128.0.0.1', false],
  ['127.0.0.1.example', false],
  ['x127.0.0.1', false],
  ['localhost.', false],
  ['', false],
])('whether %j is this machine: %s', (hostname, expected) => expect(isLoopback(hostname)).toBe(expected));

test.each([
  ['https://user:pw@graph.microsoft.com/path?secret=1#x', 'https://graph.microsoft.com'],
  ['http://[::1]:3000/x', 'http://[::1]:3000'],
  ['not a URL with a secret', 'an invalid URL'],
])('a message names of %j only %j', (url, expected) => expect(originForMessage(url)).toBe(expected));

describe('options that cannot work are refused by name when the fetch is made', () => {
  const source = staticTokenSource('abc');
  const origins = ['https://graph.microsoft.com'];

  test.each<[string, unknown, unknown, string]>([
    ['no source', undefined, { origins }, 'source'],
    ['a source that is a text', 'abc', { origins }, 'source'],
    ['a source that hands out nothing', {}, { origins }, 'source'],
    ['no options', source, undefined, 'origins'],
    ['options that are null', source, null, 'origins'],
    ['no origins', source, {}, 'origins'],
    ['no origin in the list', source, { origins: [] }, 'origins'],
    ['origins as text', source, { origins: 'https://graph.microsoft.com' }, 'origins'],
    ['origins as a pattern', source, { origins: /graph/ }, 'origins'],
    ['an origin that is a URL object', source, { origins: [new URL('https://a.example')] }, 'origins'],
    ['an origin that is a number', source, { origins: [443] }, 'origins'],
    ['an origin that is a host', source, { origins: ['graph.microsoft.com'] }, 'origins'],
    ['an origin that is empty', source, { origins: [''] }, 'origins'],
    ['an origin with a path', source, { origins: ['https://graph.microsoft.com/v1.0'] }, 'origins'],
    ['an origin with a query', source, { origins: ['https://graph.microsoft.com/?a'] }, 'origins'],
    ['an origin with a fragment', source, { origins: ['https://graph.microsoft.com/#a'] }, 'origins'],
    ['an origin with a user', source, { origins: ['https://user@graph.microsoft.com'] }, 'origins'],
    ['an origin with a wildcard', source, { origins: ['https://*.microsoft.com'] }, 'origins'],
    ['an origin of another scheme', source, { origins: ['ftp://graph.microsoft.com'] }, 'origins'],
    ['an origin that is data', source, { origins: ['data:,x'] }, 'origins'],
    ['an origin in the clear', source, { origins: ['http://graph.microsoft.com'] }, 'origins'],
    ['one bad origin among good ones', source, { origins: [...origins, 'nonsense'] }, 'origins'],
    ['allowPlainHttp as text', source, { origins, allowPlainHttp: 'false' }, 'allowPlainHttp'],
    ['onForeignOrigin unknown', source, { origins, onForeignOrigin: 'ignore' }, 'onForeignOrigin'],
    ['isRejected as a status', source, { origins, isRejected: 403 }, 'isRejected'],
    ['onEvent as an object', source, { origins, onEvent: {} }, 'onEvent'],
    ['scopes as text', source, { origins, scopes: 'Mail.Read' }, 'scopes'],
    ['scopes of mixed kind', source, { origins, scopes: ['Mail.Read', 5] }, 'scopes'],
    ['fetch as text', source, { origins, fetch: 'node-fetch' }, 'fetch'],
  ])('%s', (_name, given, options, option) => {
    const make = () => createAuthFetch(given as typeof source, options as AuthFetchOptions);
    expect(make).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', code: 'configuration', option }),
    );
    expect(make).toThrow(/\.$/);
  });

  test.each<[object, string]>([
    [{ orgins: origins }, 'origins'],
    [{ origins, onevent: () => undefined }, 'onEvent'],
    [{ origins, isRejcted: () => false }, 'isRejected'],
    [{ origins, allowPlainHTTP: true }, 'allowPlainHttp'],
    [{ origins, fetsch: fetch }, 'fetch'],
  ])('an option that nobody reads: %j', (options, meant) => {
    const make = () => createAuthFetch(source, options as AuthFetchOptions);
    expect(make).toThrow(expect.objectContaining({ name: 'ConfigurationError', code: 'configuration' }));
    expect(make).toThrow(new RegExp(`createAuthFetch\\(\\) knows no option .*Did you mean \`${meant}\`\\?`));
  });

  test('an adapter names itself and the options of its own', () => {
    const adapter = {
      name: 'myClient()',
      options: { audit: [(value: unknown) => typeof value === 'boolean', 'true or false'] },
    } as const;
    const make = (options: object) => () => createGuard(source, { origins, ...options }, adapter);
    expect(make({ audit: true })).not.toThrow();
    expect(make({ audti: true })).toThrow('myClient() knows no option `audti`. Did you mean `audit`?');
    expect(make({ audit: 'yes' })).toThrow('`audit` must be true or false.');
    expect(() => createGuard(source, { origins }, null as never)).toThrow('`owner` must be an object.');
  });
});
