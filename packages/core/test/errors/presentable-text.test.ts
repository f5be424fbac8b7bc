import { TokenEndpointError } from '@everbearer/core';
import { describe, expect, test } from 'vitest';
import { presentableText, quotesSecret } from '../../src/errors/presentable-text.ts';

const SECRET = '0.AXoA-k7Zq9/vXw2+LmP4tRb&y"s3cret';
const bytes = (text: string) => [...new TextEncoder().encode(text)];
const hex = (byte: number) => byte.toString(16).padStart(2, '0');
const each = (text: string, spell: (character: string) => string) => [...text].map(spell).join('');

describe('a secret is not quoted, however a server spells it', () => {
  const form = new URLSearchParams({ s: SECRET }).toString().slice(2);
  test.each<[string, string]>([
    ['as it is', SECRET],
    ['percent', encodeURIComponent(SECRET)],
    [
      'percent, every character',
      bytes(SECRET)
        .map((byte) => `%${hex(byte)}`)
        .join(''),
    ],
    ['percent, in capitals', encodeURIComponent(SECRET).toUpperCase()],
    ['percent, twice', encodeURIComponent(encodeURIComponent(SECRET))],
    ['as a form', form],
    ['HTML', SECRET.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
    ['HTML, in numbers', each(SECRET, (character) => `&#${character.charCodeAt(0)};`)],
    ['HTML, in hexadecimal numbers', each(SECRET, (character) => `&#x${hex(character.charCodeAt(0))};`)],
    ['HTML, with zeros in front', each(SECRET, (character) => `&#0000${character.charCodeAt(0)};`)],
    ['HTML, hexadecimal, with zeros', each(SECRET, (character) => `&#x0000${hex(character.charCodeAt(0))};`)],
    ['HTML, without semicolons', each(SECRET, (character) => `&#${character.charCodeAt(0)}`)],
    ['percent, as old scripts write it', each(SECRET, (character) => `%u00${hex(character.charCodeAt(0))}`)],
    ['HTML, twice', SECRET.replaceAll('&', '&amp;amp;').replaceAll('"', '&amp;quot;')],
    ['JSON', JSON.stringify(SECRET)],
    ['JSON, with slashes escaped', JSON.stringify(SECRET).replaceAll('/', '\\/')],
    ['JSON, in numbers', each(SECRET, (character) => `\\u00${hex(character.charCodeAt(0))}`)],
    ['JSON, twice', JSON.stringify(JSON.stringify(SECRET))],
    ['percent in JSON', JSON.stringify(encodeURIComponent(SECRET))],
    ['upper case', SECRET.toUpperCase()],
    ['lower case', SECRET.toLowerCase()],
    ['base64', btoa(SECRET)],
    ['base64url', btoa(SECRET).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')],
    ['base64 behind something', btoa(`client:${SECRET}`)],
    ['base64 of the client and the secret', btoa(`c:${SECRET}`)],
    ['cut off behind', SECRET.slice(0, 12)],
    ['cut off before', SECRET.slice(-12)],
    ['cut off on both sides', SECRET.slice(6, 18)],
    ['cut off, with dots', `${SECRET.slice(0, 10)}...${SECRET.slice(-10)}`],
    ['with a control character in it', `${SECRET.slice(0, 5)}\u0000${SECRET.slice(5)}`],
    ['with a zero-width space in it', each(SECRET, (character) => `${character}\u200b`)],
    ['in wide letters', each(SECRET, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0))],
    ['with blanks in it', each(SECRET, (character) => `${character} `)],
    ['broken into lines', `${SECRET.slice(0, 7)}\r\n${SECRET.slice(7)}`],
    ['hexadecimal', bytes(SECRET).map(hex).join('')],
  ])('%s', (_name, spelt) => {
    for (const text of [`the token ${spelt} is bad`, spelt, `<b>${spelt}</b>`]) {
      const shown = presentableText(text, [SECRET]) ?? '';
      expect(shown).toContain('[redacted]');
      expect(shown).not.toContain(spelt);
      for (let at = 0; at + 8 <= spelt.length; at++) {
        if (spelt.includes('redacted')) continue;
        expect(shown).not.toContain(spelt.slice(at, at + 8));
      }
      expect(quotesSecret(text, [SECRET])).toBe(true);
    }
  });

  test('a secret that reads as an escape is found as it is', () => {
    for (const secret of ['%41bc%2Fdef', '&amp;secret;', '\\u0041bcdef', 'YWJjZGVm'])
      expect(presentableText(`of ${secret}, no`, [secret])).toBe('of [redacted], no');
  });
});

describe('what is no secret stays', () => {
  test.each<[string, string, string[]]>([
    ['a sentence', 'AADSTS7000215: Invalid client secret provided.', ['k7Zq9vXw2LmP4tRb']],
    ['words that a secret is made of', 'Invalid client secret provided.', ['my-client-secret']],
    ['one letter', 'The refresh token has expired.', ['e']],
    ['one letter of another case', 'The refresh token has expired.', ['T']],
    ['two letters', 'invalid_grant: the session has ended', ['in']],
    ['three digits', 'AADSTS70043: code 700432', ['700']],
    ['a percent sign', 'half of it: 50%', ['%']],
    ['a blank', 'a b c', [' ']],
    ['an ordinary text of base64 letters', 'Authentication failed because of something', ['Zq9vXw2LmP']],
  ])('%s', (_name, text, secrets) => {
    expect(presentableText(text, secrets)).toBe(text);
    expect(quotesSecret(text, secrets)).toBe(false);
  });

  test('a short secret is taken out where it stands alone', () => {
    expect(presentableText('the secret pw1 is wrong', ['pw1'])).toBe('the secret [redacted] is wrong');
    expect(presentableText('x is wrong: "x"', ['x'])).toBe('[redacted] is wrong: "[redacted]"');
  });

  test.each(['i', 'a', 'in', 'grant', 'invalid', 'valid_gr'])(
    'a code is kept though the secret is %s',
    (secret) => {
      const error = new TokenEndpointError({
        code: 'invalid_grant',
        description: 'It has ended.',
        secrets: [secret],
      });
      expect([error.code, error.description]).toEqual(['invalid_grant', 'It has ended.']);
      expect(error.message).toBe(
        'The token endpoint answered invalid_grant: It has ended. Sign in again and hand the tokens to signIn(); where nobody signs in, check what the grant presents.',
      );
    },
  );
});

describe('nothing reaches a terminal but letters', () => {
  test.each<[string, string, string]>([
    ['an escape sequence', '\u001b[2Jgone', '[2Jgone'],
    ['a C1 control sequence', 'a\u009b31mred', 'a 31mred'],
    ['a bell and a backspace', 'a\u0007b\u0008c', 'a b c'],
    ['a change of direction', 'a\u202eb\u2066c', 'a b c'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a b c'],
    ['what has no width', 'a\u200bb\ufeffc', 'a b c'],
    ['half of a character', 'a\ud800b', 'a b'],
    ['letters of other scripts', 'Ungültig: неверный 無効 😀', 'Ungültig: неверный 無効 😀'],
  ])('%s', (_name, text, expected) => expect(presentableText(text, [])).toBe(expected));

  test('a text is cut between characters', () => {
    const shown = presentableText('😀'.repeat(300), []) ?? '';
    expect(shown).toMatch(/^(😀)+…$/u);
  });
});

test('a text of a megabyte, and a secret of 16 KiB, take no time', () => {
  const begunAt = performance.now();
  const secret = Array.from({ length: 16_384 }, (_, n) => String.fromCharCode(33 + ((n * n * 7) % 90))).join(
    '',
  );
  presentableText('%25'.repeat(350_000), [secret]);
  presentableText('&amp;'.repeat(200_000), [secret]);
  presentableText('A'.repeat(1_000_000), [secret]);
  presentableText(`${'x'.repeat(900)}${secret}`, [secret]);
  expect(performance.now() - begunAt).toBeLessThan(1_500);
});
