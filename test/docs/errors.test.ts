import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as core from '@everbearer/core';
import type { TokenBackendErrorCode } from '@everbearer/core/contract';
import { expect, test } from 'vitest';

/* docs/errors.md against the codes and classes that there are. */

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const rows = [
  ...read('docs/errors.md').matchAll(/^\| `(\w+)` +\| `(\w+)` +\| (.*?) +\| (yes|no) +\|$/gm),
].map(([, code = '', kind = '', , again]) => ({ code, kind, again: again === 'yes' }));

/** The codes of a union, as its source lists them. */
function codesOf(path: string, union: string): string[] {
  const source = read(path);
  const from = source.indexOf(`export type ${union}`);
  const text = source.slice(from, source.indexOf(';', from));
  return [...text.matchAll(/^\s*\| '(\w+)'/gm)].map(([, code]) => code as string);
}

const CODES = 'packages/core/src/errors/error-codes.ts';
const UNIONS: readonly [file: string, union: string, kind?: string][] = [
  [CODES, 'ReauthorizationReason', 'ReauthorizationRequiredError'],
  [CODES, 'TokenBackendErrorCode', 'TokenBackendError'],
  [CODES, 'TokenEndpointErrorCode', 'TokenEndpointError'],
  [CODES, 'AuthErrorCode'],
  ['packages/providers/src/sign-in/sign-in-error.ts', 'SignInErrorCode', 'SignInError'],
];

test.each(UNIONS)('%s: %s has a row for each code, and there is no other', (file, union, kind) => {
  const ofOthers = UNIONS.map(([, , other]) => other);
  const told = rows.filter((row) => (kind ? row.kind === kind : !ofOthers.includes(row.kind)));
  const codes = codesOf(file, union);
  expect(codes.length).toBeGreaterThan(4);
  expect(told.map(({ code }) => code).sort()).toEqual(codes.sort());
});

const root = fileURLToPath(new URL('../..', import.meta.url));
const reports = globSync('packages/*/etc/*.api.md', { cwd: root }).map(read).join('\n');

/** Of other packages only that they are there is looked at: none of them says `retryable`, so all are as `AuthError` is. */
function errorOf(kind: string, code: string): core.AuthError {
  switch (kind) {
    case 'ConfigurationError':
      return new core.ConfigurationError({ option: 'x', message: 'm.' });
    case 'OriginNotAllowedError':
      return new core.OriginNotAllowedError({ origin: 'https://x' });
    case 'ReauthorizationRequiredError':
      return new core.ReauthorizationRequiredError({ code: code as core.ReauthorizationReason });
    case 'TokenBackendError':
      return new core.TokenBackendError({ code: code as TokenBackendErrorCode, message: 'm.' });
    case 'TokenEndpointError':
      return new core.TokenEndpointError({ code });
    case 'TokenRejectedError':
      return new core.TokenRejectedError();
    default:
      return new core.AuthError({ code, message: 'm.' });
  }
}

test.each(rows)(
  '$kind $code is of a class that there is, and is retryable as the row says',
  ({ code, kind, again }) => {
    expect(reports).toMatch(new RegExp(`export class ${kind} extends (Auth)?Error `));
    expect(errorOf(kind, code)).toMatchObject({ code, retryable: again });
  },
);
