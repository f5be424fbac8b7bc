import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parseSeedText } from '../../src/seed/seed-text.ts';

const RAW = 'M.C512_BAY.0.U.-Cg!qR*x$';
const response = (changes: object = {}) =>
  JSON.stringify({
    token_type: 'Bearer',
    expires_in: 3599,
    refresh_token: RAW,
    access_token: 'at',
    ...changes,
  });
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a refresh token is found in', () => {
  test.each<[string, string, string?]>([
    ['a raw token', RAW],
    ['a raw token with a line break, as echo leaves it', `${RAW}\n`],
    ['a raw token with white space and a byte order mark around it', `\ufeff \t${RAW}\r\n`],
    ['a token response', response()],
    ['a token response over several lines', JSON.stringify(JSON.parse(response()), null, 2)],
    ['a token response with a byte order mark', `\ufeff${response()}`],
    ['a token response without an access token', response({ access_token: undefined })],
    ['a token response with an odd access token', response({ access_token: 'a b' })],
    ['a token response with more in it', response({ id_token: 'x.y.z', __proto__: null, scope: 'é' })],
    ['base64 of a token response', base64(response({ name: 'é 鍵' }))],
    ['base64 with line breaks, as base64 -w 76 makes it', base64(response()).replace(/.{40}/g, '$&\n')],
    ['base64 without padding', base64(response()).replaceAll('=', '')],
    ['base64url', Buffer.from(response({ pad: '???>>>' })).toString('base64url')],
    ['base64 of JSON with a byte order mark', base64(`\ufeff${response()}`)],
    ['a raw token made of base64 characters', base64('no JSON at all'), base64('no JSON at all')],
    ['a raw token that decodes to the beginning of JSON', base64('{"a":'), base64('{"a":')],
    ['a raw token with a space in it', 'one two', 'one two'],
    ['a raw token of 17 KiB', 'x'.repeat(17_408), 'x'.repeat(17_408)],
    ['a token response, the token beginning with a space', response({ refresh_token: ' a "b"' }), ' a "b"'],
    ['a raw token that is a JWT', 'eyJhbGciOiJub25lIn0.e30.', 'eyJhbGciOiJub25lIn0.e30.'],
  ])('%s', (_name, text, token = RAW) => {
    expect(parseSeedText(text, undefined)).toEqual({ refreshToken: token });
  });
});

test('an access token alone is better than nothing; the life it was given began nobody knows when', () => {
  const text = '{"access_token":"at","token_type":"bearer","expires_in":3600,"refresh_token":null}';
  expect(parseSeedText(text, undefined)).toEqual({ accessToken: 'at', tokenType: 'bearer' });
});

describe('what holds no credential is said to, by its place, and never quoted', () => {
  const SECRET = 'EVERBEARER-CANARY';
  test.each([
    ['nothing', '', 'is empty'],
    ['white space', ' \n\t\ufeff', 'is empty'],
    ['a token in quotation marks, as docker --env-file keeps them', `"${SECRET}"`, 'quotation marks'],
    ['JSON in single quotation marks', `'{"refresh_token":"${SECRET}"}'`, 'quotation marks'],
    ['a header', `Bearer ${SECRET}`, 'holds a space'],
    ['two lines', `${SECRET}\n${SECRET}`, 'a line break'],
    ['characters beyond ASCII', `${SECRET}é`, 'another character that refresh tokens do not have'],
    ['a control character', `${SECRET}\u007f${SECRET}`, 'another character that refresh tokens do not have'],
    ['JSON that breaks off', `{"refresh_token":"${SECRET}`, 'not all of it'],
    ['a list', `["${SECRET}"]`, 'is a list'],
    ['JSON without a token', `{"refreshToken":"${SECRET}"}`, 'without `refresh_token`'],
    ['a token under __proto__', `{"__proto__":{"refresh_token":"${SECRET}"}}`, 'without `refresh_token`'],
    ['a refusal', `{"error":"invalid_grant","error_description":"${SECRET}"}`, 'without `refresh_token`'],
    ['base64 of JSON without a token', base64(`{"token":"${SECRET}"}`), 'without `refresh_token`'],
    ['a refresh token that is a number', `{"refresh_token":5,"access_token":"${SECRET}"}`, 'is not a string'],
    ['a refresh token with a line break', `{"refresh_token":"${SECRET}\\n"}`, 'a line break'],
    ['an empty refresh token', `{"refresh_token":"","access_token":"${SECRET}"}`, 'is empty'],
    ['an access token with a space and no other', `{"access_token":"${SECRET} x"}`, 'no `refresh_token`'],
    ['more than can be kept', SECRET.repeat(2_000), 'longer than 32 KiB'],
    ['a JSON that holds more', `{"refresh_token":"${SECRET.repeat(2_000)}"}`, 'longer than 32 KiB'],
  ])('%s', (_name, text, says) => {
    let error: unknown;
    try {
      parseSeedText(text, 'environment variable REFRESH_TOKEN');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ name: 'TokenBackendError', code: 'damaged' });
    const { message } = error as Error;
    expect(message).toMatch(/^The seed in environment variable REFRESH_TOKEN .*Put a refresh token there/);
    expect(message).toContain(says);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
  });
});
