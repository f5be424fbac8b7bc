import { inspect } from 'node:util';
import { AuthError, ConfigurationError } from '@everbearer/core';
import { type ImportedTokens, importTokens, TokenImportError } from '@everbearer/providers/import';
import { describe, expect, onTestFinished, test } from 'vitest';
import { expectNoSecret } from '../support/captured-error.ts';
import { CACHE_ROWS } from './cache-rows.ts';
import { FLAT_ROWS } from './flat-rows.ts';
import { FOREIGN_ROWS } from './foreign-rows.ts';
import { type Found, type ImportRow, MARK } from './import-row.ts';

const NAME = '/var/lib/monitor/o365_token.txt';
const CORPUS: Record<string, readonly ImportRow[]> = {
  'token files of O365 2.0': FLAT_ROWS,
  'caches of MSAL': CACHE_ROWS,
  'anything else': FOREIGN_ROWS,
};

function seen({ tokenSet: tokens, ...facts }: ImportedTokens & { tokenSet: unknown }): Found {
  const { layout: _, ...found } = facts;
  return JSON.parse(JSON.stringify({ ...found, tokens })) as Found;
}

const read = (imported: ImportedTokens) =>
  seen({ ...imported, tokenSet: imported.tokenSet } as ImportedTokens);

function refusalOf(text: string): TokenImportError {
  try {
    importTokens(text, { name: NAME });
  } catch (error) {
    expect(error).toBeInstanceOf(TokenImportError);
    return error as TokenImportError;
  }
  throw new Error('It was to be refused, and was not.');
}

describe.each(Object.entries(CORPUS))('%s', (group, rows) => {
  test.each(rows.map(([what, text, outcome]) => ({ what, text, outcome })))('$what', ({ text, outcome }) => {
    if (Array.isArray(outcome)) {
      const imported = importTokens(text, { name: NAME });
      expect(imported.map(read)).toEqual(outcome);
      const layout = group === 'caches of MSAL' ? 'msal-cache' : 'token-response';
      for (const entry of imported) expect(entry.layout).toBe(layout);
      const printed = [
        inspect(imported, { depth: 20, showHidden: true, getters: true }),
        JSON.stringify(imported),
        JSON.stringify(imported.map((entry) => ({ ...entry }))),
        `${imported.join()}`,
      ];
      for (const text of printed) expect(text).not.toContain(MARK);
      return;
    }
    const error = refusalOf(text);
    expect(error).toMatchObject({ code: outcome.code, message: expect.stringContaining(outcome.says) });
    expect(error.message.startsWith(`${NAME} `)).toBe(true);
    expect(error.message.length).toBeLessThan(400);
    expect(error).toBeInstanceOf(AuthError);
    expectNoSecret(error, MARK, text.length > 3 ? text.slice(0, 200) : '\0');
  });
});

test('the corpus has every name once, and is as large as promised', () => {
  const all = Object.values(CORPUS).flat();
  for (const rows of Object.values(CORPUS))
    expect(new Set(rows.map(([what]) => what)).size).toBe(rows.length);
  expect(all.length).toBeGreaterThanOrEqual(80);
});

test('whatever is cut off a file: whole tokens or a typed error, and nothing quoted', () => {
  for (const [, text] of [...FLAT_ROWS.slice(0, 1), ...CACHE_ROWS.slice(2, 3)]) {
    for (let length = 0; length < text.length; length++) {
      const error = refusalOf(text.slice(0, length));
      expect(['empty', 'not_json']).toContain(error.code);
      expectNoSecret(error, MARK);
    }
  }
}, 60_000);

test('what all objects inherit is not in the file', () => {
  const inherited = { scope: 'Mail.Send', home_account_id: 'x', last_modification_time: '1760000000' };
  onTestFinished(() => {
    for (const name of Object.keys(inherited)) Reflect.deleteProperty(Object.prototype, name);
  });
  for (const [name, value] of Object.entries(inherited))
    Object.defineProperty(Object.prototype, name, { value, configurable: true });
  const [flat] = importTokens(`{"refresh_token":"rt"}`);
  const [cached] = importTokens(`{"RefreshToken":{"r":{"secret":"rt"}}}`);
  expect(flat?.scopes).toEqual([]);
  expect(cached?.account).toBe('default');
  expect(cached?.lastRenewedAt).toBeUndefined();
});

test.each([undefined, null, 7, {}, Buffer.from('{}')])('%j is no text', (text) => {
  expect(() => importTokens(text as string)).toThrow(ConfigurationError);
  expect(() => importTokens(text as string)).toThrow('`text` must be the text of a token file');
});

test('a file of many accounts is read in linear time', () => {
  const RefreshToken: Record<string, unknown> = {};
  const Account: Record<string, unknown> = {};
  for (let i = 0; i < 20_000; i++) {
    RefreshToken[`r${i}`] = { secret: `rt-${i}`, home_account_id: `h${i}`, client_id: 'c' };
    Account[`a${i}`] = { home_account_id: `h${i}`, username: `u${i}` };
  }
  const text = JSON.stringify({ RefreshToken, Account });
  const imported = importTokens(text);
  expect(imported).toHaveLength(20_000);
  expect(imported[19_999]).toMatchObject({ account: 'u19999', tokenSet: { refreshToken: 'rt-19999' } });
});
