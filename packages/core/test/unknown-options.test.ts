import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';
import { expect, test } from 'vitest';

const KNOWN = ['maxLive', 'backend', 'onEvent', 'timing'];

test.each<[string, string]>([
  ['maxlive', 'maxLive'],
  ['mostLive', 'maxLive'],
  ['backends', 'backend'],
  ['onevents', 'onEvent'],
  ['timings', 'timing'],
])('`%s` is refused, and `%s` is suggested', (name, meant) => {
  const check = () => refuseUnknownOptions({ [name]: undefined }, KNOWN, 'createAccounts()');
  expect(check).toThrow(ConfigurationError);
  expect(check).toThrow(`createAccounts() knows no option \`${name}\`. Did you mean \`${meant}\`?`);
});

test('what is near to nothing gets the list', () => {
  const check = () => refuseUnknownOptions({ x: 1 }, KNOWN, 'createAccounts()', 'timing.');
  expect(check).toThrow('no option `timing.x`. Known are: maxLive, backend, onEvent, timing.');
});

test.each([null, undefined, 'backend', 5, ['backend']])('%j is not an object of options', (options) => {
  const refusal = (option: string) => expect.objectContaining({ name: 'ConfigurationError', option });
  const check = (path?: string) => () => refuseUnknownOptions(options as object, KNOWN, 'x()', path);
  expect(check()).toThrow(refusal('options'));
  expect(check('timing.')).toThrow(refusal('timing'));
});

test('known options pass, also without a value', () => {
  expect(() =>
    refuseUnknownOptions({ timing: undefined, maxLive: 1 }, KNOWN, 'createAccounts()'),
  ).not.toThrow();
});
