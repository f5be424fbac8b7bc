import { describe, expect, test } from 'vitest';
import { stepUpOf } from '../../src/http/challenge-meaning.ts';

const TOKEN = 'eyJhbGciOi.k7Zq9vXw2LmP4tRb';
const asked = (scopes: string[], acrValues?: string) =>
  stepUpOf({ error: 'insufficient_scope', scopes, acrValues }, TOKEN);

describe('what an event tells of a challenge', () => {
  test.each([
    ['Mail.Send'],
    ['https://graph.microsoft.com/Mail.Read'],
    ['api://9f0c-11/access_as_user'],
    ['repo:status'],
    ['user:*', 'write~all'],
  ])('names %s', (...scopes) => {
    expect(asked(scopes)).toEqual({
      reason: 'insufficient_scope',
      maxAge: undefined,
      scopes,
      acrValues: undefined,
    });
  });

  test.each<[string, string]>([
    ['the token', TOKEN],
    ['the token in capitals', TOKEN.toUpperCase()],
    ['the token in base64', btoa(TOKEN)],
    ['the token in base64url, behind something', btoa(`at:${TOKEN}`).replaceAll('=', '')],
    ['the head of the token', TOKEN.slice(0, 10)],
    ['the tail of the token', TOKEN.slice(-8)],
    ['escapes', '%65%79'],
    ['entities', '&#65;'],
    ['a control sequence', '\u009b31m'],
    ['a backslash', 'a\\b'],
  ])('leaves out what holds %s', (_name, text) => {
    for (const told of [asked(['read', text]), asked([`${text}x`]), asked(['read'], `a ${text}`)])
      expect(told).toEqual({ reason: 'insufficient_scope', maxAge: undefined });
  });
});
