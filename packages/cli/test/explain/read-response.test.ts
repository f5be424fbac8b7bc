import { expect, test } from 'vitest';
import { readResponse } from '../../src/explain/read-response.ts';

const now = Date.parse('2026-11-28T12:00:00Z');
const jwt = (claims: object) =>
  `eyJcanary.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.canarycanarycanary0`;
const ended = jwt({ aud: 'https://graph.microsoft.com', iat: now / 1000 - 4_000, exp: now / 1000 - 400 });

test('what curl -i printed: the last answer, its challenge and the fault in its body', () => {
  const text = [
    'HTTP/1.1 200 Connection established',
    '',
    'HTTP/2 401 ',
    'content-type: application/json',
    `www-authenticate: Bearer realm="", error="invalid_token", error_description="${ended} is bad"`,
    'set-cookie: session=canary',
    '',
    `{"error":{"code":"InvalidAuthenticationToken","message":"IDX10223: Lifetime validation failed. ${ended}","innerError":{"request-id":"canary"}}}`,
  ].join('\r\n');
  const refusal = readResponse(text, now);
  expect(refusal).toMatchObject({
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'IDX10223: Lifetime validation failed. …',
    challenge: 'Bearer realm="", error="invalid_token", error_description="… is bad"',
  });
  expect(JSON.stringify(refusal)).not.toContain('canary');
});

test('what curl -v printed: the request as well, and what its token says of itself', () => {
  const text = [
    '* Connected to graph.microsoft.com (127.0.0.1) port 443',
    '> GET /v1.0/me?code=canary HTTP/2',
    '> Host: graph.microsoft.com',
    `> authorization: Bearer ${ended}`,
    '>',
    '< HTTP/2 401',
    `< date: ${new Date(now).toUTCString()}`,
    '< www-authenticate: Bearer error="invalid_token"',
    '<',
    '{"error":"invalid_token"}',
    '* Connection #0 to host graph.microsoft.com left intact',
  ].join('\n');
  const refusal = readResponse(text, 0);
  expect(refusal).toMatchObject({
    method: 'GET',
    url: 'https://graph.microsoft.com/v1.0/me',
    headerFrom: 'program',
    tokenLifeMs: -400_000,
    tokenAgeMs: 4_000_000,
    audience: 'https://graph.microsoft.com',
    code: 'invalid_token',
  });
  expect(JSON.stringify(refusal)).not.toContain('canary');
  const without = readResponse(text.replace(/> authorization.*\n/, ''), now);
  expect(without).toMatchObject({ headerFrom: 'nobody' });
});

test.each([
  [
    '{"error":{"code":401,"status":"UNAUTHENTICATED","message":"m","details":[{"reason":"CREDENTIALS_MISSING"}]}}',
    'CREDENTIALS_MISSING',
  ],
  [
    '{"error":{"code":403,"errors":[{"reason":"insufficientPermissions"}],"message":"m"}}',
    'insufficientPermissions',
  ],
  ['{"error":"insufficient_scope","error_description":"m"}', 'insufficient_scope'],
  ['some words\n{"code":"accessDenied","message":"m"}', 'accessDenied'],
  ['{"error":{"code":"0canary-secret-0","message":"m"}}', undefined],
])('a body alone: %s', (body, code) => {
  expect(readResponse(body, now)).toMatchObject({ status: undefined, code, message: 'm' });
});

test.each(['', 'nonsense', '{', '{}', '[1]', 'HTTP', '\0\0'])('no answer in it: %j', (text) => {
  expect(readResponse(text, now)).toBeUndefined();
});

test('ten megabytes without sense are read in no time', () => {
  const begun = performance.now();
  readResponse(`HTTP/1.1 401 x\n${'a: {"\n'.repeat(1_500_000)}`, now);
  expect(performance.now() - begun).toBeLessThan(2_000);
});
