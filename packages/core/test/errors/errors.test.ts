import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import * as core from '@everbearer/core';
import { createTokenManager } from '@everbearer/core';
import type { TokenProvider } from '@everbearer/core/contract';
import { describe, expect, test } from 'vitest';
import { EndpointFailure } from '../../src/errors/endpoint-failure.ts';
import { sharedStore } from '../support/shared-store.ts';
import { strictServer } from '../support/strict-server.ts';

const { AuthError, ConfigurationError, OriginNotAllowedError } = core;
const { ReauthorizationRequiredError, TokenBackendError, TokenEndpointError, TokenRejectedError } = core;

const REASONS = [
  'no_credential',
  'revoked',
  'ambiguous_rotation',
  'interaction_required',
  'signed_out',
] as const;
const CODES = [
  'network',
  'timeout',
  'invalid_response',
  'invalid_client',
  'unauthorized_client',
  'invalid_scope',
];
const REMEDY = /\b(sign in|check|add|send|set|keep|mark|put|try again|renewing again cannot help)\b/i;

/** The errors as a second copy of the library has them, as when two versions of it are installed. */
/** The errors once more, from files of their own, as a second installed copy has them. */
async function otherCopy(): Promise<typeof core> {
  const folder = mkdtempSync(join(tmpdir(), 'errors-copy-'));
  try {
    cpSync(fileURLToPath(new URL('../../src/errors', import.meta.url)), folder, { recursive: true });
    const files = readdirSync(folder).map((name) => import(pathToFileURL(join(folder, name)).href));
    return Object.assign({}, ...(await Promise.all(files)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('every error has its name, a stable code, and a message that ends with the remedy', () => {
  const endpoint = (code: string, more: object = {}) => new TokenEndpointError({ code, ...more });

  test.each<[core.AuthError, string, string]>([
    ...REASONS.map((reason): [core.AuthError, string, string] => [
      new ReauthorizationRequiredError({ code: reason, account: 'ops' }),
      'ReauthorizationRequiredError',
      reason,
    ]),
    ...CODES.map((code): [core.AuthError, string, string] => [endpoint(code), 'TokenEndpointError', code]),
    [endpoint('invalid_grant', { status: 400 }), 'TokenEndpointError', 'invalid_grant'],
    [endpoint('server_error', { description: 'Oops' }), 'TokenEndpointError', 'server_error'],
    [endpoint('server_error', { description: 'Oops.' }), 'TokenEndpointError', 'server_error'],
    [endpoint('made_up', { status: 418 }), 'TokenEndpointError', 'made_up'],
    [new TokenRejectedError(), 'TokenRejectedError', 'token_rejected'],
    [
      new OriginNotAllowedError({ origin: 'https://a.example' }),
      'OriginNotAllowedError',
      'origin_not_allowed',
    ],
    [
      new OriginNotAllowedError({ origin: 'http://a.example', insecure: true }),
      'OriginNotAllowedError',
      'origin_not_allowed',
    ],
  ])('%s', (error, name, code) => {
    expect(error).toBeInstanceOf(AuthError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name, code });
    expect(error.message).toMatch(/[^.]\.$/);
    expect(error.message).toMatch(REMEDY);
    expect(error.message).not.toMatch(/undefined|null|\.\.|\[object/);
  });

  test('the account is named where there is one', () => {
    expect(new ReauthorizationRequiredError({ code: 'revoked', account: 'ops' }).message).toContain('"ops"');
    expect(new ReauthorizationRequiredError({ code: 'revoked' }).message).not.toContain('account "');
  });

  test('a configuration error names its option', () => {
    expect(new ConfigurationError({ option: 'timing', message: 'Say how long.' })).toMatchObject({
      option: 'timing',
      code: 'configuration',
    });
  });

  test('the version of a damaged record is there for code, and not for print', () => {
    const error = new TokenBackendError({
      code: 'damaged',
      message: 'Sign in again.',
      version: 'the-whole-content',
    });
    expect(error.version).toBe('the-whole-content');
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('the-whole-content');
    expect(JSON.stringify(error)).not.toContain('the-whole-content');
  });
});

describe('what the token endpoint said is made presentable', () => {
  const described = (description: unknown, secrets: (string | undefined)[] = []) =>
    new TokenEndpointError({ code: 'invalid_grant', description: description as string, secrets });

  test.each<[string, unknown, (string | undefined)[], string | undefined]>([
    ['a sentence', 'AADSTS70043: expired.', [], 'AADSTS70043: expired.'],
    ['nothing', undefined, [], undefined],
    ['emptiness', '', [], undefined],
    ['blanks', ' \t\r\n ', [], undefined],
    ['no text at all', { toString: () => 'x' }, [], undefined],
    ['line breaks', 'one\r\n\r\ntwo', [], 'one two'],
    ['escape sequences', '\u001b[31mred\u001b[0m', [], '[31mred [0m'],
    ['NUL and DEL', 'a\u0000b\u007fc', [], 'a b c'],
    ['C1 controls', 'a\u0085b\u009bc', [], 'a b c'],
    ['a secret', 'token rt-1 is bad', ['rt-1'], 'token [redacted] is bad'],
    ['a secret three times', 'rt-1 rt-1rt-1', ['rt-1'], '[redacted] [redacted][redacted]'],
    ['two secrets', 'rt-1 of client s3', ['rt-1', 's3'], '[redacted] of client [redacted]'],
    ['secrets that are none', 'as it was', [undefined, ''], 'as it was'],
    [
      'a secret across the cut',
      `${'x'.repeat(195)}rt-1-and-more`,
      ['rt-1-and-more'],
      `${'x'.repeat(195)}[reda…`,
    ],
    ['200 characters', 'y'.repeat(200), [], 'y'.repeat(200)],
    ['201 characters', 'y'.repeat(201), [], `${'y'.repeat(200)}…`],
  ])('%s', (_name, description, secrets, expected) => {
    const error = described(description, secrets);
    expect(error.description).toBe(expected);
    expect(error.message).toContain(expected ?? 'invalid_grant.');
  });

  test.each<[string, string, string]>([
    ['an RFC code', 'invalid_grant', 'invalid_grant'],
    ['a code of a vendor', 'AADSTS-70043 (x)', 'AADSTS-70043 (x)'],
    ['an empty code', '', 'invalid_response'],
    ['a code with a line break', 'a\nb', 'invalid_response'],
    ['a code with a quote', 'a"b', 'invalid_response'],
    ['a code with a backslash', 'a\\b', 'invalid_response'],
    ['a code beyond ASCII', 'fêhler', 'invalid_response'],
    ['a code of 64 characters', 'c'.repeat(64), 'c'.repeat(64)],
    ['a code of 65 characters', 'c'.repeat(65), 'invalid_response'],
  ])('%s', (_name, code, expected) => expect(new TokenEndpointError({ code }).code).toBe(expected));

  test('what core says itself is an error of the same class, to programs and in print', () => {
    const said = { code: 'timeout', status: 504, description: 'no\nanswer', retryAfterMs: 5 };
    const [ours, theirs] = [new EndpointFailure(said), new TokenEndpointError(said)];
    expect(ours).toBeInstanceOf(TokenEndpointError);
    expect(theirs).toBeInstanceOf(EndpointFailure);
    expect({ ...ours, message: ours.message }).toEqual({ ...theirs, message: theirs.message });
    expect(inspect(ours)).toMatch(/^TokenEndpointError: The token endpoint gave no answer/);
  });

  test('whether it was sent is taken for granted unless said', () => {
    expect(new TokenEndpointError({ code: 'network' }).sent).toBe(true);
    expect(new TokenEndpointError({ code: 'network', sent: false }).sent).toBe(false);
  });
});

describe('of the errors of others only name and code are kept', () => {
  const SECRET = 'Bearer secret-of-a-request';
  const config = { headers: { authorization: SECRET }, data: `refresh_token=${SECRET}` };
  const foreign = (changes: object) => Object.assign(new Error(`failed with ${SECRET}`), { config }, changes);
  const causeOf = (cause: unknown) => new AuthError({ code: 'x', message: 'Try again.', cause }).cause;

  test.each<[string, unknown, string | undefined]>([
    ['a plain error', foreign({}), 'Error'],
    ['an error with a code', foreign({ code: 'ECONNRESET' }), 'Error (ECONNRESET)'],
    [
      'a code on its cause',
      new TypeError(SECRET, { cause: foreign({ code: 'ENOTFOUND' }) }),
      'TypeError (ENOTFOUND)',
    ],
    ['a code that is no code', foreign({ code: SECRET }), 'Error'],
    ['a code that is a number', foreign({ code: 5 }), 'Error'],
    [
      'an error of a name of its own',
      foreign({ name: 'AxiosError', code: 'ERR_BAD' }),
      'AxiosError (ERR_BAD)',
    ],
    ['a text', SECRET, undefined],
    ['an object', { config }, undefined],
    ['a Response', new Response(SECRET), undefined],
    ['an AggregateError', new AggregateError([foreign({})], SECRET), 'AggregateError'],
    [
      'an error that borrowed a name of ours',
      foreign({ name: 'AuthError', code: 'session_missing' }),
      'AuthError (session_missing)',
    ],
    [
      'an error that borrowed another',
      foreign({ name: 'ConfigurationError', code: 'x' }),
      'ConfigurationError (x)',
    ],
  ])('%s', (_name, cause, expected) => {
    const kept = causeOf(cause) as Error | undefined;
    expect(kept?.message).toBe(expected);
    expect(inspect(kept, { depth: 20, showHidden: true })).not.toContain(SECRET);
  });

  test('a token that was rejected may have one as well', () => {
    const cause = new TokenEndpointError({ code: 'network' });
    expect(new TokenRejectedError({ cause }).cause).toBe(cause);
    expect(new TokenRejectedError().cause).toBeUndefined();
  });

  test('errors of ours stay whole, down the chain', () => {
    const inner = new TokenEndpointError({ code: 'network', cause: foreign({ code: 'ECONNREFUSED' }) });
    const outer = new ReauthorizationRequiredError({ code: 'revoked', cause: inner });
    expect(outer.cause).toBe(inner);
    expect((inner.cause as Error).message).toBe('Error (ECONNREFUSED)');
  });

  test('no cause is no cause', () =>
    expect('cause' in new AuthError({ code: 'x', message: 'Try again.' })).toBe(false));
});

describe('two copies of the library in one program', () => {
  test('know the errors of each other', async () => {
    const other = await otherCopy();
    const theirs = new other.ReauthorizationRequiredError({ code: 'revoked' });
    expect(other.AuthError).not.toBe(AuthError);
    expect(theirs).toBeInstanceOf(AuthError);
    expect(theirs).toBeInstanceOf(ReauthorizationRequiredError);
    expect(new AuthError({ code: 'x', message: 'Try again.' })).toBeInstanceOf(other.AuthError);
    expect(new AuthError({ code: 'x', message: 'Try again.', cause: theirs }).cause).toBe(theirs);
  });

  test('a class of a provider that extends one of ours is still one of ours', () => {
    class ProviderRefusal extends TokenEndpointError {
      override name = 'ProviderRefusal';
    }
    const refusal = new ProviderRefusal({ code: 'invalid_grant' });
    expect(refusal).toBeInstanceOf(ProviderRefusal);
    expect(refusal).toBeInstanceOf(TokenEndpointError);
    expect(refusal).toBeInstanceOf(AuthError);
    expect(refusal).not.toBeInstanceOf(ConfigurationError);
    expect(new TokenEndpointError({ code: 'invalid_grant' })).not.toBeInstanceOf(ProviderRefusal);
  });

  test('a refusal that a provider of the other copy reports counts as what it says', async () => {
    const other = await otherCopy();
    const { provider, signIn } = strictServer();
    const refresh = async () => {
      throw new other.TokenEndpointError({ code: 'invalid_grant', status: 400 });
    };
    const theirs: TokenProvider = { ...provider, refresh };
    const manager = createTokenManager({ provider: theirs, backend: sharedStore().backend });
    await manager.signIn(signIn());
    await expect(manager.renew()).rejects.toMatchObject({ code: 'revoked' });
  });

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'AuthError'],
    ['an error of another name', Object.assign(new Error('x'), { code: 'revoked' })],
    ['an object that is no error', { name: 'AuthError', code: 'revoked' }],
    ['an error of our name without a code', Object.assign(new Error('x'), { name: 'AuthError' })],
    [
      'an error of our name from elsewhere',
      Object.assign(new Error('x'), { name: 'AuthError', code: 'pgrst' }),
    ],
  ])('and neither takes %s for one', (_name, value) => expect(value).not.toBeInstanceOf(AuthError));
});

test.each<[string, object]>([
  ['the code', { code: 'rt-SECRET', secrets: ['rt-SECRET'] }],
  ['the description', { code: 'invalid_grant', description: 'of rt-SECRET', secrets: ['rt-SECRET'] }],
  [
    'the description, broken up',
    { code: 'invalid_grant', description: 'rt-\u0000SECRET', secrets: ['rt-SECRET'] },
  ],
])('a secret in %s of a reply stays out of the error', (_name, options) => {
  const error = new TokenEndpointError(options as { code: string });
  expect(`${error.message} ${error.code} ${error.description}`).not.toContain('SECRET');
});
