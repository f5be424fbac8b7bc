import { expect, test } from 'vitest';
import { cleanChallenge, cleanWords } from '../../src/traced/clean-challenge.ts';
import { cleanUrl } from '../../src/traced/clean-url.ts';

const KEY = 'T0K3N0canary0zzzzzzzzzzz';

test.each([
  ['/v1.0/me/mailFolders/inbox?code=canary#canary', '/v1.0/me/mailFolders/inbox'],
  ['/common/oauth2/v2.0/token', '/common/oauth2/v2.0/token'],
  ['/72f988bf-86f1-41af-91ab-2d7cd011db47/oauth2', '/72f988bf-86f1-41af-91ab-2d7cd011db47/oauth2'],
  ['/v1.0/me/authenticationMethods', '/v1.0/me/authenticationMethods'],
  [`/services/T024BE7LD/B024BE7LH/${KEY}`, '/services/T024BE7LD/B024BE7LH/…'],
  ['/bot12345:canary/sendMessage', '/…/sendMessage'],
  ['/a;token=canary/b', '/…/b'],
  ['/x/sh-canary/y', '/x/…/y'],
  ['/', '/'],
])('%s', (path, cleaned) => {
  expect(cleanUrl('https://user:canary@api.example:8443', path, 'sh-canary')).toBe(
    `https://api.example:8443${cleaned}`,
  );
});

test('a path of a million words is cut up in no time', () => {
  const begun = performance.now();
  cleanUrl('https://api.example', `/${'aA'.repeat(500_000)}!`);
  expect(performance.now() - begun).toBeLessThan(100);
});

const claims = Buffer.from('{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}').toString(
  'base64',
);

test.each([
  ['Bearer', 'Bearer'],
  [
    `Bearer realm="", authorization_uri="https://login.example/authorize?state=canary", error="insufficient_claims", claims="${claims}"`,
    `Bearer realm="", authorization_uri="https://login.example/authorize", error="insufficient_claims", claims="${claims}"`,
  ],
  [
    'DPoP error="use_dpop_nonce", algs="ES256", nonce="canary"',
    'DPoP error="use_dpop_nonce", algs="ES256", nonce="…"',
  ],
  [
    `Bearer error_description="Token ${KEY} and short-canary are bad"`,
    'Bearer error_description="Token … and … are bad"',
  ],
  ['Negotiate canarycanarycanary==', 'Negotiate'],
  ['Bearer claims="canary-not-json"', 'Bearer claims="…"'],
  [
    'Bearer scope="Mail.ReadWrite.Shared https://graph.microsoft.com/Mail.Send"',
    'Bearer scope="Mail.ReadWrite.Shared https://graph.microsoft.com/Mail.Send"',
  ],
  ['', undefined],
])('challenge %s', (header, cleaned) => {
  expect(cleanChallenge(header, 'short-canary')).toBe(cleaned);
});

test.each([
  ['Token abc123def456 is bad', 'Token … is bad'],
  [
    'AADSTS7000215: Invalid client secret. IDX10223 at 2026-11-28',
    'AADSTS7000215: Invalid client secret. IDX10223 at 2026-11-28',
  ],
  ['token=abc123def456&x=1', '…'],
  [
    'CompactToken parsing failed with error code: 80049217',
    'CompactToken parsing failed with error code: 80049217',
  ],
])('%s', (text, cleaned) => {
  expect(cleanWords(text)).toBe(cleaned);
});

test('words of a server lose what could be a token, and what a terminal would obey', () => {
  expect(cleanWords(`CompactToken parsing failed: eyJ${KEY} \u001b[2J`)).toBe(
    'CompactToken parsing failed: …  [2J',
  );
});
