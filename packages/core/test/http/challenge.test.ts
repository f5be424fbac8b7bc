import { bearerChallenge } from '@everbearer/core';
import { parseChallenges } from '@everbearer/core/adapter';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const CLAIMS = '{"access_token":{"nbf":{"essential":true, "value":"1604106651"}}}';
const ENCODED = btoa(CLAIMS);
const AUTHORIZE = 'https://login.microsoftonline.com/common/oauth2/authorize';

const DOCUMENTED = `Bearer realm="", authorization_uri="${AUTHORIZE}", error="insufficient_claims", claims="${ENCODED}"`;
const GRAPH = `Bearer realm="", authorization_uri=${AUTHORIZE}, client_id="00000003-0000-0000-c000-000000000000", errorDescription="Continuous access evaluation resulted in challenge, with result: InteractionRequired", error="insufficient_claims", claims="${ENCODED}"`;
const GRAPH_PLAIN = `Bearer realm="", authorization_uri=${AUTHORIZE}, client_id="00000003-0000-0000-c000-000000000000"`;

const responseWith = (header: string | undefined) => ({
  headers: new Headers(header === undefined ? {} : { 'www-authenticate': header }),
});
const plain = (header: string | null | undefined) =>
  parseChallenges(header).map(({ scheme, params }) => [scheme, { ...params }]);

describe('reading a WWW-Authenticate header', () => {
  test.each<[string, string | null | undefined, [string, Record<string, string>][]]>([
    ['absent', undefined, []],
    ['null', null, []],
    ['empty', '', []],
    ['only commas', ' , ,, ', []],
    ['a scheme alone', 'Bearer', [['bearer', {}]]],
    ['a scheme in capitals', 'BEARER realm="a"', [['bearer', { realm: 'a' }]]],
    ['names in capitals', 'Bearer Realm="A", ERROR=x', [['bearer', { realm: 'A', error: 'x' }]]],
    ['an empty value', 'Bearer realm=""', [['bearer', { realm: '' }]]],
    ['a bare value', 'Bearer error=invalid_token', [['bearer', { error: 'invalid_token' }]]],
    ['a quoted comma', 'Bearer realm="a, b=c", error=x', [['bearer', { realm: 'a, b=c', error: 'x' }]]],
    ['a quoted scheme', 'Bearer realm="x, Basic y", a=b', [['bearer', { realm: 'x, Basic y', a: 'b' }]]],
    ['an escaped quote', 'Bearer realm="a\\"b, c", error=x', [['bearer', { realm: 'a"b, c', error: 'x' }]]],
    ['an escaped backslash', 'Bearer realm="a\\\\", error=x', [['bearer', { realm: 'a\\', error: 'x' }]]],
    ['spaces around =', 'Bearer realm = "a" , error = x', [['bearer', { realm: 'a', error: 'x' }]]],
    ['tabs', 'Bearer\trealm="a",\terror=x', [['bearer', { realm: 'a', error: 'x' }]]],
    [
      'an unquoted URL',
      `Bearer uri=${AUTHORIZE}?a=b, error=x`,
      [['bearer', { uri: `${AUTHORIZE}?a=b`, error: 'x' }]],
    ],
    ['doubles: the first counts', 'Bearer error=a, ERROR=b', [['bearer', { error: 'a' }]]],
    [
      'two schemes',
      'Basic realm="a", Bearer error=x',
      [
        ['basic', { realm: 'a' }],
        ['bearer', { error: 'x' }],
      ],
    ],
    [
      'two of one scheme',
      'Bearer a=1, Bearer a=2',
      [
        ['bearer', { a: '1' }],
        ['bearer', { a: '2' }],
      ],
    ],
    [
      'a bare scheme before',
      'Negotiate, Bearer a=1',
      [
        ['negotiate', {}],
        ['bearer', { a: '1' }],
      ],
    ],
    [
      'token68',
      'Negotiate YWJj, Bearer a=1',
      [
        ['negotiate', {}],
        ['bearer', { a: '1' }],
      ],
    ],
    [
      'token68 with padding',
      'Negotiate YWJjZA==, Bearer a=1',
      [
        ['negotiate', {}],
        ['bearer', { a: '1' }],
      ],
    ],
    ['parameters of no scheme', 'realm="a", error=x', []],
    ['an unclosed quote', 'Bearer realm="a, error=x', [['bearer', { realm: '"a, error=x' }]]],
    ['a value with =', 'Bearer claims=eyJhIjoxfQ==', [['bearer', { claims: 'eyJhIjoxfQ==' }]]],
    ['a part without a name', 'Bearer a=1, ="x", b=2', [['bearer', { a: '1', b: '2' }]]],
    [
      'a name every object has',
      'Bearer __proto__=x, constructor=y',
      [['bearer', { ['__proto__']: 'x', constructor: 'y' }]],
    ],
    ['larger than 16 KiB', `Bearer realm="${'a'.repeat(16_384)}"`, []],
  ])('%s', (_name, header, expected) => {
    expect(plain(header)).toEqual(expected);
  });

  test('no name of the header reaches a prototype', () => {
    const [challenge] = parseChallenges('Bearer __proto__=x');
    expect(Object.getPrototypeOf(challenge?.params)).toBeNull();
    expect(challenge?.params['toString']).toBeUndefined();
  });

  test('of very many challenges the first 32 are read', () => {
    expect(parseChallenges(Array.from({ length: 100 }, (_, i) => `S${i} a=b`).join(', '))).toHaveLength(32);
  });
});

describe('the Bearer challenge of a response', () => {
  const claims = CLAIMS;
  const error = 'insufficient_claims';

  test.each<[string, string | undefined, object | undefined]>([
    ['no header', undefined, undefined],
    ['another scheme', 'Basic realm="a"', undefined],
    ['nothing said', 'Bearer', {}],
    ['the documented claims challenge', DOCUMENTED, { error, claims }],
    ["Graph's claims challenge", GRAPH, { error, claims }],
    ["Graph's plain 401", GRAPH_PLAIN, {}],
    [
      'claims in base64url, unpadded',
      `Bearer error="${error}", claims="eyJhIjoiPz8-In0"`,
      { error, claims: '{"a":"??>"}' },
    ],
    ['claims that are not base64', `Bearer error="${error}", claims="%%%"`, { error }],
    ['claims that are not JSON', `Bearer error="${error}", claims="${btoa('{')}"`, { error }],
    ['claims that are a list', `Bearer error="${error}", claims="${btoa('[1]')}"`, { error }],
    ['claims that are null', `Bearer error="${error}", claims="${btoa('null')}"`, { error }],
    ['claims that are not UTF-8', `Bearer error="${error}", claims="${btoa('{"a":"\xff"}')}"`, { error }],
    [
      'claims beyond 8 KiB',
      `Bearer error="${error}", claims="${btoa(`{"a":"${'x'.repeat(6_200)}"}`)}"`,
      { error },
    ],
    ['invalid token', 'Bearer error="invalid_token", error_description="x"', { error: 'invalid_token' }],
    [
      'scopes',
      'Bearer error="insufficient_scope", scope="a  b"',
      { error: 'insufficient_scope', scopes: ['a', 'b'] },
    ],
    ['step-up', 'Bearer acr_values="urn:x urn:y", max_age="5"', { acrValues: 'urn:x urn:y', maxAge: 5 }],
    ['step-up at once', 'Bearer max_age=0', { maxAge: 0 }],
    ['an age that is none', 'Bearer max_age="-5"', {}],
    ['an age beyond all ages', `Bearer max_age="${'9'.repeat(11)}"`, {}],
    ['of several, the one with an error', 'Bearer realm="a", Bearer error="x"', { error: 'x' }],
    ['of several schemes, ours', `Basic realm="a, Bearer error=y", ${DOCUMENTED}`, { error, claims }],
  ])('%s', (_name, header, expected) => {
    expect(bearerChallenge(responseWith(header))).toEqual(expected);
  });
});

describe('hostile headers', () => {
  const alphabet = [
    'Bearer',
    'claims',
    'error',
    '=',
    '"',
    '\\',
    ',',
    ' ',
    '\t',
    'a',
    '/',
    ':',
    'é',
    '\u0000',
  ];
  const soup = fc.array(fc.constantFrom(...alphabet), { maxLength: 60 }).map((parts) => parts.join(''));

  test('nothing throws, and every answer has the promised shape', () => {
    fc.assert(
      fc.property(fc.oneof(soup, fc.string({ maxLength: 80 })), (header) => {
        const headers = { get: () => header } as unknown as Headers;
        bearerChallenge({ headers });
        return parseChallenges(header).every(
          ({ scheme, params }) =>
            scheme === scheme.toLowerCase() &&
            Object.values(params).every((value) => typeof value === 'string'),
        );
      }),
      { numRuns: 500, seed: 20_261_121 },
    );
  });

  test('a parameter comes back as it was quoted', () => {
    const quoted = (value: string) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), fc.string({ maxLength: 100 }), (a, b) => {
        expect(plain(`Bearer x=${quoted(a)}, y=${quoted(b)}`)).toEqual([['bearer', { x: a, y: b }]]);
      }),
      { numRuns: 300, seed: 20_261_121 },
    );
  });

  const repeated = (piece: string) => (size: number) =>
    `Bearer ${piece.repeat(Math.ceil(size / piece.length))}`;
  test.each<[string, (size: number) => string]>([
    ['quotes', repeated('"')],
    ['escapes in quotes', (size) => `Bearer a="${'\\'.repeat(size)}`],
    ['commas', repeated(',')],
    ['spaces', (size) => `Bearer${' '.repeat(size)}x`],
    ['spaces that lead nowhere', (size) => `${'a'.repeat(size / 2)}${' '.repeat(size / 2)}"`],
    ['equals signs', repeated('=')],
    ['one long word', repeated('a')],
    ['many parameters', repeated('a=b,')],
    ['many schemes', repeated('a b,')],
  ])('twice as many %s take about twice as long', (_name, ofSize) => {
    const timeOf = (header: string) => {
      const start = performance.now();
      for (let i = 0; i < 5; i++) parseChallenges(header);
      return performance.now() - start;
    };
    const [once, twice] = [ofSize(8_000), ofSize(16_000)];
    // A parser whose time grows with the square is at 4 or more; the 0.05 ms keep clock noise out.
    const least = { once: Number.POSITIVE_INFINITY, twice: Number.POSITIVE_INFINITY };
    const isLinear = () => least.twice < 3 * least.once + 0.05;
    for (let round = 0; round < 5 || (round < 100 && !isLinear()); round++) {
      least.once = Math.min(least.once, timeOf(once));
      least.twice = Math.min(least.twice, timeOf(twice));
    }
    expect(isLinear()).toBe(true);
  });
});
