import { encrypted } from '@everbearer/backends/encrypted';
import { envBackend } from '@everbearer/backends/env';
import { fileBackend } from '@everbearer/backends/file';
import { memoryBackend } from '@everbearer/backends/memory';
import { type RedisBackendOptions, redisBackend } from '@everbearer/backends/redis';
import { keyFromEnv, keyFromFile, keyFromKeychain } from '@everbearer/backends/sealing-keys';
import { secretBackend } from '@everbearer/backends/secret';
import { ConfigurationError } from '@everbearer/core';
import { expect, test } from 'vitest';
import { newKey } from './support/sealing.ts';

const client = { send: async () => null, primaries: async () => [] };
const key = newKey('a');

/** Written as a program in JavaScript, or one with its options in a variable, may write them. */
const given = (options: object) => options as never;

test.each<[what: string, create: () => unknown, option: string, says: string]>([
  ['memoryBackend', () => memoryBackend(given({ directory: '/x' })), 'directory', 'takes no options'],
  ['fileBackend', () => fileBackend(given({ dirctory: '/x' })), 'dirctory', '`directory`?'],
  ['envBackend', () => envBackend(given({ name: 'TOKEN', Env: {} })), 'Env', '`env`?'],
  ['secretBackend', () => secretBackend(given({ pth: '/x' })), 'pth', '`path`?'],
  ['redisBackend', () => redisBackend(given({ client, prefx: 'a' })), 'prefx', '`prefix`?'],
  ['redisBackend', () => redisBackend(given({ client, ttl: 5 })), 'ttl', 'Known are: client, subscriber,'],
  ['encrypted', () => encrypted(memoryBackend(), given({ keys: [key], stores: 'a' })), 'stores', '`store`?'],
  [
    'a key of encrypted',
    () => encrypted(memoryBackend(), { keys: [given({ kdi: 'a', key: key.key })] }),
    'keys[0].kdi',
    '`keys[0].kid`?',
  ],
  ['keyFromEnv', () => keyFromEnv('ANY', given({ id: 'a' })), 'id', '`kid`?'],
  ['keyFromFile', () => keyFromFile('/x', given({ kId: 'a' })), 'kId', '`kid`?'],
])('%s refuses an option that it does not know, by name (%#)', (owner, create, option, says) => {
  expect(create).toThrow(ConfigurationError);
  const name = owner.split(' ').at(-1);
  expect(create).toThrow(
    expect.objectContaining({ option, message: expect.stringContaining(`${name}() knows no option`) }),
  );
  expect(create).toThrow(says);
});

test('keyFromKeychain refuses an option that it does not know, by name', async () => {
  const entry = given({ service: 's', account: 'a', kidd: 'k' });
  await expect(keyFromKeychain(entry)).rejects.toMatchObject({
    name: 'ConfigurationError',
    option: 'kidd',
    message: expect.stringContaining('`kid`?'),
  });
});

test('options that are not an object are refused, null included', () => {
  for (const options of [null, 'text', 7, []]) {
    const creates = [
      () => memoryBackend(options as never),
      () => fileBackend(options as never),
      () => envBackend(options as never),
      () => secretBackend(options as never),
      () => redisBackend(options as never),
      () => encrypted(memoryBackend(), options as never),
      () => keyFromEnv('ANY', options as never),
      () => keyFromFile('/x', options as never),
    ];
    for (const create of creates) expect(create).toThrow(expect.objectContaining({ option: 'options' }));
  }
});

test('a client of Redis in place of the options is told how it is given', () => {
  const method = () => undefined;
  const clients = [
    client,
    { sendCommand: method, evalSha: method, options: {} },
    { call: method, psubscribe: method, status: 'wait' },
    { customCommand: method, invokeScript: method },
  ];
  for (const each of clients)
    expect(() => redisBackend(given(each))).toThrow(
      expect.objectContaining({
        option: 'options',
        message: 'A client must be given as an option: redisBackend({ client }).',
      }),
    );
});

test('an option that is undefined is one that was left out', () => {
  fileBackend({ directory: undefined });
  envBackend({ name: 'TOKEN', env: undefined });
  const options: RedisBackendOptions = {
    client,
    subscriber: undefined,
    prefix: undefined,
    durable: undefined,
  };
  redisBackend({ ...options, strict: undefined, timeoutMs: undefined });
  encrypted(memoryBackend(), {
    keys: [{ ...key, kid: undefined }],
    store: undefined,
    acceptPlaintext: undefined,
  });
});

test('an object of a class may be a key, whatever else it holds', () => {
  class ManagedKey {
    readonly region = 'north';
    readonly kid = 'a';
    readonly key = key.key;
  }
  encrypted(memoryBackend(), { keys: [new ManagedKey()] });
});
