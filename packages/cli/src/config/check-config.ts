import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';
import type { EverbearerConfig } from './everbearer-config.ts';

type Members = Readonly<Record<string, unknown>>;

const PROVIDERS: Readonly<Record<string, readonly string[]>> = {
  microsoft: [
    'kind',
    'tenantId',
    'clientId',
    'scopes',
    'grant',
    'cloud',
    'authority',
    'endpoints',
    'clientSecret',
  ],
  oauth2: [
    'kind',
    'issuer',
    'tokenEndpoint',
    'clientId',
    'scopes',
    'grant',
    'deviceAuthorizationEndpoint',
    'authorizationEndpoint',
    'revocationEndpoint',
    'tokenParameters',
    'clientSecret',
    'clientSecretMethod',
    'profile',
  ],
};
const BACKENDS: Readonly<Record<string, readonly string[]>> = {
  file: ['kind', 'directory'],
  redis: ['kind', 'url', 'prefix', 'durable'],
  memory: ['kind'],
};
const SEEDS: Readonly<Record<string, readonly string[]>> = {
  env: ['kind', 'name'],
  secret: ['kind', 'path'],
};
const CONFIG = ['provider', 'backend', 'seed', 'accounts', 'origins'];

/**
 * The description, once every member has its place and its form. Whether values fit together, the packages say that are made
 * from it.
 * @param owner - the file, as messages name it
 * @throws {ConfigurationError} that names file and member
 */
export function checkConfig(config: unknown, owner: string): EverbearerConfig {
  const members = objectOf(config, owner, '', 'an object: export default defineConfig({ … })');
  refuseUnknownOptions(members, CONFIG, owner);
  if (typeof members['provider'] !== 'function') checkProvider(members['provider'], owner);
  const { backend, seed, accounts, origins } = members;
  if (backend !== undefined && typeof backend !== 'function') checkBackend(backend, owner);
  checkSeed(seed, owner, 'seed');
  checkAccounts(accounts, seed, owner);
  if (origins !== undefined && !isTexts(origins))
    wrong(owner, 'origins', "must be a list: ['https://api.example.com']");
  return members as unknown as EverbearerConfig;
}

function checkProvider(value: unknown, owner: string): void {
  const provider = described(value, owner, 'provider', PROVIDERS);
  if (typeof provider['clientId'] !== 'string' || provider['clientId'] === '') {
    wrong(owner, 'provider.clientId', 'must be the id that the server issued to this client');
  }
  if (!isTexts(provider['scopes'])) wrong(owner, 'provider.scopes', "must be a list: ['Mail.Read']");
  checkElsewhere(provider['clientSecret'], owner, 'provider.clientSecret');
}

function checkBackend(value: unknown, owner: string): void {
  const backend = described(value, owner, 'backend', BACKENDS);
  const { kind, url } = backend;
  if (kind !== 'redis') return;
  if (url === undefined)
    wrong(owner, 'backend.url', "must be an address, or where it stands: { env: 'REDIS_URL' }");
  if (typeof url !== 'string') checkElsewhere(url, owner, 'backend.url');
  else if (/^\w+:\/\/[^/]*:[^/]*@/.test(url)) {
    wrong(
      owner,
      'backend.url',
      "holds a password, which does not belong into a file. Say where it stands: { env: 'REDIS_URL' }",
    );
  }
}

function checkSeed(value: unknown, owner: string, path: string): void {
  if (value === undefined) return;
  const seed = described(value, owner, path, SEEDS);
  const member = seed['kind'] === 'env' ? 'name' : 'path';
  if (typeof seed[member] !== 'string' || seed[member] === '') {
    wrong(
      owner,
      `${path}.${member}`,
      member === 'name' ? 'must name an environment variable' : 'must be a path',
    );
  }
}

function checkAccounts(accounts: unknown, seed: unknown, owner: string): void {
  if (accounts === undefined) return;
  if (!Array.isArray(accounts) || accounts.length === 0) {
    wrong(owner, 'accounts', "must be a list of names with at least one in it: ['default']");
  }
  const names = (accounts as unknown[]).map((each, index) => accountName(each, owner, `accounts[${index}]`));
  if (new Set(names).size < names.length) wrong(owner, 'accounts', 'names one account twice. Leave one out');
  if (seed !== undefined && names.length > 1) {
    wrong(
      owner,
      'seed',
      'is the credential of one account, and there are several. Write it to its account: { name, seed }',
    );
  }
}

function accountName(value: unknown, owner: string, path: string): string {
  if (typeof value === 'string' && value !== '') return value;
  const account = objectOf(value, owner, path, 'a name, or { name, seed }');
  refuseUnknownOptions(account, ['name', 'seed'], owner, `${path}.`);
  checkSeed(account['seed'], owner, `${path}.seed`);
  const { name } = account;
  if (typeof name !== 'string' || name === '') wrong(owner, `${path}.name`, 'must be a name');
  return name as string;
}

/** An object whose `kind` says which members it may have. */
function described(
  value: unknown,
  owner: string,
  path: string,
  kinds: Readonly<Record<string, readonly string[]>>,
): Members {
  const names = Object.keys(kinds).map((kind) => `'${kind}'`);
  const members = objectOf(value, owner, path, `an object with a kind (${names.join(', ')})`);
  const { kind } = members;
  const known = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (known === undefined) return wrong(owner, `${path}.kind`, `must be one of ${names.join(', ')}`);
  refuseUnknownOptions(members, known, owner, `${path}.`);
  return members;
}

/** A secret is never in the description itself. */
function checkElsewhere(value: unknown, owner: string, path: string): void {
  if (value === undefined) return;
  const form = `must name the place of the secret, and not be the secret itself: { env: 'NAME' } or { file: 'PATH' }`;
  const { env, file, ...more } = objectOf(value, owner, path, form, form) as {
    env?: unknown;
    file?: unknown;
  };
  const told = [env, file].filter((each) => each !== undefined);
  const isFine =
    told.length === 1 && typeof told[0] === 'string' && told[0] !== '' && Object.keys(more).length === 0;
  if (!isFine) wrong(owner, path, form);
}

function objectOf(
  value: unknown,
  owner: string,
  path: string,
  what: string,
  words = `must be ${what}`,
): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  return wrong(owner, path || 'config', words);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** Never with the value: it may be a secret that stands where it should not. */
function wrong(owner: string, option: string, words: string): never {
  throw new ConfigurationError({ option, message: `${owner}: \`${option}\` ${words}.` });
}
