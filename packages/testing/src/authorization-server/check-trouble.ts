import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';
import type { Trouble, TroubleKind } from './trouble.ts';

const GRANTS: readonly unknown[] = [
  undefined,
  'device_code',
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'revocation',
] satisfies Trouble['grant'][];

/** What each member must be, where it is given. */
const TYPES: Readonly<Record<string, 'number' | 'boolean' | 'string' | 'object'>> = {
  status: 'number',
  retryAfterSeconds: 'number',
  asDate: 'boolean',
  ms: 'number',
  processed: 'boolean',
  error: 'string',
  code: 'number',
  suberror: 'string',
  claims: 'string',
  spends: 'boolean',
  body: 'string',
  headers: 'object',
};

/** Members without which a kind says nothing. */
const NEEDED: Readonly<Partial<Record<TroubleKind['kind'], readonly string[]>>> = {
  error: ['error'],
  reply: ['status', 'body'],
};

/** The members of each kind, besides `kind` and `grant`. */
const MEMBERS: Readonly<Record<TroubleKind['kind'], readonly string[]>> = {
  unavailable: ['status', 'retryAfterSeconds', 'asDate'],
  server_error: [],
  html: [],
  empty: [],
  hang: ['ms'],
  reset: ['processed'],
  truncated: [],
  error: ['error', 'status', 'code', 'suberror', 'claims', 'spends'],
  reply: ['status', 'body', 'headers', 'spends'],
  pass: [],
};

/** @throws {ConfigurationError} naming what is unknown, wrong or missing */
export function checkTrouble(trouble: Trouble): void {
  if (typeof trouble !== 'object' || trouble === null)
    throw wrong('trouble', "must be an object: { kind: 'hang' }.");
  if (!Object.hasOwn(MEMBERS, trouble.kind)) {
    const kinds = Object.keys(MEMBERS).join(', ');
    throw wrong('kind', `is not a kind of trouble. Write one of: ${kinds}.`);
  }
  refuseUnknownOptions(trouble, ['kind', 'grant', ...MEMBERS[trouble.kind]], 'script()');
  if (!GRANTS.includes(trouble.grant))
    throw wrong('grant', `is not a grant. Write one of: ${GRANTS.filter(Boolean).join(', ')}.`);
  const needed = NEEDED[trouble.kind] ?? [];
  for (const name of MEMBERS[trouble.kind]) {
    const value = (trouble as unknown as Record<string, unknown>)[name];
    if (value === undefined ? needed.includes(name) : value === null || typeof value !== TYPES[name])
      throw wrong(name, `must be of the type ${TYPES[name]}.`);
  }
}

function wrong(option: string, words: string): ConfigurationError {
  return new ConfigurationError({ option, message: `\`${option}\` ${words}` });
}
