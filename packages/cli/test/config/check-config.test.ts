import { ConfigurationError } from '@everbearer/core';
import { expect, test } from 'vitest';
import { checkConfig } from '../../src/config/check-config.ts';

const provider = {
  kind: 'oauth2',
  issuer: 'https://login.example.com',
  clientId: 'client-1',
  scopes: ['mail'],
};
const SECRET = 'secret-canary-1';

const fault = (config: unknown): ConfigurationError => {
  try {
    checkConfig(config, '/srv/everbearer.config.json');
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return error as ConfigurationError;
  }
  throw new Error('it was accepted');
};

test('what is right is given back', () => {
  const config = {
    provider: { ...provider, clientSecret: { file: 'secret.txt' } },
    backend: { kind: 'redis', url: { env: 'REDIS_URL' } },
    accounts: ['ada', { name: 'ben', seed: { kind: 'env', name: 'BEN' } }],
    origins: ['https://api.example.com'],
  };
  expect(checkConfig(config, 'here')).toBe(config);
});

test.each([
  ['config', [], /must be an object: export default/],
  ['providr', { providr: provider }, /Did you mean `provider`/],
  ['provider', {}, /a kind \('microsoft', 'oauth2'\)/],
  ['provider.kind', { provider: { ...provider, kind: 'toString' } }, /must be one of 'microsoft', 'oauth2'/],
  ['provider.clientID', { provider: { ...provider, clientID: 'x' } }, /`provider.clientId`/],
  ['provider.clientId', { provider: { ...provider, clientId: 7 } }, /the id that the server issued/],
  ['provider.scopes', { provider: { ...provider, scopes: 'mail' } }, /must be a list: \['Mail.Read'\]/],
  ['backend.kind', { provider, backend: { kind: 'disk' } }, /'file', 'redis', 'memory'/],
  ['backend.url', { provider, backend: { kind: 'redis' } }, /\{ env: 'REDIS_URL' \}/],
  ['seed.name', { provider, seed: { kind: 'env' } }, /must name an environment variable/],
  ['accounts', { provider, accounts: [] }, /at least one/],
  ['accounts', { provider, accounts: ['ada', { name: 'ada' }] }, /twice/],
  ['seed', { provider, seed: { kind: 'env', name: 'X' }, accounts: ['a', 'b'] }, /Write it to its account/],
  ['accounts[1].nam', { provider, accounts: ['a', { nam: 'b' }] }, /Did you mean `accounts\[1\].name`/],
  ['origins', { provider, origins: 'https://api.example.com' }, /must be a list/],
])('%s: file, member and remedy are named', (option, config, words) => {
  const error = fault(config);
  expect(error.option).toBe(option);
  expect(error.message).toContain('/srv/everbearer.config.json');
  expect(error.message).toMatch(words);
});

test.each([
  ['provider.clientSecret', { provider: { ...provider, clientSecret: SECRET } }],
  ['provider.clientSecret', { provider: { ...provider, clientSecret: { env: 'A', file: SECRET } } }],
  ['backend.url', { provider, backend: { kind: 'redis', url: `redis://user:${SECRET}@localhost:6379` } }],
])('a secret in the file is refused and not repeated: %s', (option, config) => {
  const { message, option: named } = fault(config);
  expect(named).toBe(option);
  expect(message).toMatch(/\{ env: '\w+' \}/);
  expect(message).not.toContain(SECRET);
});
