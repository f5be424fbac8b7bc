import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { ConfigurationError } from '@everbearer/core';
import { expect, test } from 'vitest';
import { defaultDirectory } from '../../src/file/state-directory.ts';

const home = homedir();

test.each([
  ['linux', {}, join(home, '.local/state/everbearer')],
  ['linux', { XDG_STATE_HOME: '/var/state' }, '/var/state/everbearer'],
  ['linux', { XDG_STATE_HOME: 'relative' }, join(home, '.local/state/everbearer')],
  ['linux', { XDG_STATE_HOME: '' }, join(home, '.local/state/everbearer')],
  ['freebsd', {}, join(home, '.local/state/everbearer')],
  ['darwin', { XDG_STATE_HOME: '/var/state' }, join(home, 'Library/Application Support/everbearer')],
  ['win32', { LOCALAPPDATA: '/Users/u/Local' }, '/Users/u/Local/everbearer'],
  ['win32', {}, join(home, 'AppData/Local/everbearer')],
])('on %s with %o it is %s', (platform, env, expected) => {
  expect(defaultDirectory(platform, env)).toBe(expected);
});

test('a relative path is taken from where the process is now', () => {
  expect(fileBackend({ directory: 'some/where' }).directory).toBe(resolve('some/where'));
});

test('without a directory it is the default one, which nothing has touched yet', () => {
  expect(fileBackend().directory).toBe(defaultDirectory());
  expect(fileBackend({ directory: undefined }).directory).toBe(defaultDirectory());
});

test.each(['', ' ', '~', '~/state', 'a\0b', 7, null, {}])('%o is no directory', (directory) => {
  const create = () => fileBackend({ directory: directory as string });
  expect(create).toThrow(ConfigurationError);
  expect(create).toThrow(/`directory`/);
});

test('options that are none are refused', () => {
  expect(() => fileBackend('/var/state' as never)).toThrow('fileBackend({ directory })');
});
