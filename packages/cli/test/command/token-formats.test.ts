import { ConfigurationError } from '@everbearer/core';
import { expect, test } from 'vitest';
import { FORMATS } from '../../src/command/token-formats.ts';

const input = { token: 'a.b-c_d~e+f/g==', expiresAt: undefined, user: undefined, env: {} };

test.each(['a b', "a'b", 'a$(touch x)', 'a;b', 'a`b`', 'a\nPATH=b', 'a"b', 'a|b', ''])(
  'a token that a shell would read as its own is not written for one: %j',
  (token) => {
    expect(FORMATS['env']?.(input)).toBe('ACCESS_TOKEN=a.b-c_d~e+f/g==\n');
    expect(() => FORMATS['env']?.({ ...input, token })).toThrow(ConfigurationError);
  },
);

test('a token whose end is not known has none', () => {
  const { status } = JSON.parse(FORMATS['exec-credential']?.(input) ?? '');
  expect(status).toEqual({ token: input.token });
});

test('xoauth2 without a mailbox says which flag names it', () => {
  expect(() => FORMATS['xoauth2']?.(input)).toThrow(/--user ADDRESS/);
});
