import { readdirSync, readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { type ImportedTokens, importTokens, TokenImportError } from '@everbearer/providers/import';
import { afterEach, describe, expect, test } from 'vitest';
import { expectNoSecret } from '../support/captured-error.ts';
import { ADA, AT, CLIENT, RT, TENANT } from './import-row.ts';

/* Files as the programs write them, with secrets that are made up: what they hold, in every time zone. */

const folder = new URL('files/', import.meta.url);
const textOf = (file: string) => readFileSync(new URL(file, folder), 'utf8');
const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

/** Of an entry, what is said of it: facts, tokens, the client's secret. */
type Entry = Record<string, unknown> & { tokens: object };

function entryOf(imported: ImportedTokens): Entry {
  const facts = Object.entries(imported).filter(([, value]) => value !== undefined);
  const { tokenSet, clientSecret } = imported;
  return { ...Object.fromEntries(facts), tokens: tokenSet, ...(clientSecret && { clientSecret }) };
}

const CALENDAR = 'https://www.googleapis.com/auth/calendar';
const GOOGLE_CLIENT = '482910377777-abc123def456.apps.googleusercontent.com';
const TOKEN_URI = 'https://oauth2.googleapis.com/token';
/** 2026-11-28T09:59:59Z, and 2025-11-28T10:59:59Z. */
const [END, EARLIER] = [1_795_859_999_000, 1_764_327_599_000];
const ADA_AT_WORK = { id: ADA, username: 'ada@contoso.example', tenantId: TENANT };
const MSAL = {
  layout: 'msal-cache',
  account: 'ada@contoso.example',
  username: 'ada@contoso.example',
  tenantId: TENANT,
};
const AZURE = ['user_impersonation', '.default'].map(
  (name) => `https://management.core.windows.net//${name}`,
);

const FILES: Record<string, Entry[]> = {
  'rclone.conf': [
    {
      layout: 'rclone',
      account: 'work-drive',
      server: 'drive',
      clientId: GOOGLE_CLIENT,
      clientSecret: 'cs-SECRET-1',
      scopes: [],
      lastRenewedAt: END + 123 - 3_599_000,
      tokens: { refreshToken: RT },
    },
    {
      layout: 'rclone',
      account: 'home onedrive',
      server: 'onedrive',
      scopes: [],
      tokens: { refreshToken: 'rt-SECRET-2' },
    },
  ],
  'mutt-token-decrypted': [
    {
      layout: 'mutt-oauth2',
      account: 'ada@contoso.example',
      username: 'ada@contoso.example',
      clientId: CLIENT,
      server: 'microsoft',
      scopes: [],
      tokens: { refreshToken: RT, user: { username: 'ada@contoso.example' } },
    },
  ],
  'application_default_credentials.json': [
    {
      layout: 'google-authorized-user',
      account: 'default',
      clientId: '764086051850-made0up0id.apps.googleusercontent.com',
      clientSecret: 'cs-SECRET-1',
      server: 'google',
      scopes: [],
      tokens: { refreshToken: RT },
    },
  ],
  'google-auth-token': [
    {
      layout: 'google-authorized-user',
      account: 'ada@example.com',
      username: 'ada@example.com',
      clientId: GOOGLE_CLIENT,
      clientSecret: 'cs-SECRET-1',
      tokenEndpoint: TOKEN_URI,
      server: 'google',
      scopes: ['https://www.googleapis.com/auth/gmail.readonly'],
      tokens: {
        refreshToken: RT,
        scopes: ['https://www.googleapis.com/auth/gmail.readonly', 'openid'],
        user: { username: 'ada@example.com' },
      },
    },
  ],
  'msal_token_cache.json': [
    {
      ...MSAL,
      clientId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
      scopes: AZURE,
      lastRenewedAt: 1_764_324_000_000,
      tokens: { refreshToken: RT, user: ADA_AT_WORK },
    },
  ],
  'msal-extensions-cache.json': [
    {
      ...MSAL,
      clientId: CLIENT,
      scopes: ['Mail.Read'],
      lastRenewedAt: 1_764_324_000_000,
      tokens: { refreshToken: RT, user: ADA_AT_WORK },
    },
  ],
  'hosts.yml': [
    ['monalisa@github.com', 'monalisa', 'github.com', 'gho_SECRET1'],
    ['hubot', 'hubot', 'github.com', 'gho_SECRET2'],
    ['monalisa@github.example.com', 'monalisa', 'github.example.com', 'gho_SECRET3'],
  ].map(([account, username, server, accessToken]) => ({
    layout: 'gh',
    account,
    username,
    server,
    scopes: [],
    tokens: { accessToken, user: { username } },
  })),
  'vdirsyncer-token': [
    {
      layout: 'token-response',
      account: 'default',
      scopes: [CALENDAR],
      lastRenewedAt: EARLIER + 123 - 3_599_000,
      tokens: { refreshToken: RT, scopes: [CALENDAR] },
    },
  ],
  gcalcli_oauth: [
    {
      layout: 'oauth2client',
      account: 'default',
      clientId: GOOGLE_CLIENT,
      clientSecret: 'cs-SECRET-1',
      tokenEndpoint: TOKEN_URI,
      server: 'google',
      scopes: [CALENDAR],
      tokens: { refreshToken: RT, scopes: [CALENDAR] },
    },
  ],
  'simple-oauth2.json': [
    {
      layout: 'token-response',
      account: 'default',
      scopes: ['read', 'write'],
      lastRenewedAt: END + 1_000 - 3_600_000,
      tokens: { refreshToken: RT, scopes: ['read', 'write'] },
    },
  ],
  'authjs-accounts.json': [
    {
      layout: 'authjs',
      account: 'user-1',
      server: 'google',
      scopes: [CALENDAR],
      tokens: { refreshToken: RT, scopes: ['openid', CALENDAR] },
    },
    {
      layout: 'authjs',
      account: 'user-1',
      server: 'github',
      scopes: ['repo'],
      tokens: { accessToken: 'at-SECRET-2', tokenType: 'bearer', expiresAt: EARLIER, scopes: ['repo'] },
    },
  ],
};

test('every file has its row', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(FILES).sort());
});

describe.each(['UTC', 'Asia/Kolkata', 'America/New_York'])('in the zone %s', (TZ) => {
  test.each(Object.entries(FILES))('%s', (file, entries) => {
    process.env['TZ'] = TZ;
    const imported = importTokens(textOf(file), { name: file });
    expect(imported.map(entryOf)).toEqual(entries);
    const printed =
      inspect(imported, { depth: 20, showHidden: true, getters: true }) + JSON.stringify(imported);
    expect(printed).not.toContain('SECRET');
  });

  test.each<[string, string, number | undefined]>([
    ['rclone.conf', 'work-drive', END + 123],
    ['rclone.conf', 'home onedrive', Date.UTC(2026, 10, 28, 9, 30)],
    ['mutt-token-decrypted', 'ada@contoso.example', undefined],
    ['google-auth-token', 'ada@example.com', END + 123],
    ['msal_token_cache.json', 'ada@contoso.example', 1_764_328_399_000],
    ['msal-extensions-cache.json', 'ada@contoso.example', 1_764_327_599_000],
    ['vdirsyncer-token', 'default', EARLIER + 123],
    ['gcalcli_oauth', 'default', END],
    ['simple-oauth2.json', 'default', END + 1_000],
    ['authjs-accounts.json', 'user-1', EARLIER],
  ])(
    '%s, of which the refresh token is lost: the access token of %s, and when it ends',
    (file, account, expiresAt) => {
      process.env['TZ'] = TZ;
      const text = textOf(file).replace(/"RefreshToken": \{[\s\S]*?\n( {2}| {4})\},/, '');
      const imported = importTokens(text.replaceAll('refresh_token', 'lost_token'));
      const { tokenSet } = imported.find((entry) => entry.account === account) as ImportedTokens;
      expect(tokenSet.accessToken).toMatch(/^at-SECRET-/);
      expect(tokenSet.expiresAt).toBe(expiresAt);
    },
  );
});

const rclone = textOf('rclone.conf');
const rows = JSON.parse(textOf('authjs-accounts.json')) as object[];
const flat = (more: object) => JSON.stringify({ access_token: AT, ...more });

describe('variants', () => {
  test.each<[string, string, object]>([
    [
      'milliseconds, as google-auth-library for Node keeps them',
      flat({ expiry_date: END }),
      { expiresAt: END },
    ],
    ['a date without a zone tells no instant', flat({ expires_at: '2026-11-28T10:00:00' }), {}],
    ['what only looks like a date', flat({ expiry: '2026-11-28T10:00:001234Z' }), {}],
    ['the year 1, which Go writes for none', flat({ expiry: '0001-01-01T00:00:00Z' }), {}],
  ])('%s', (_name, text, more) => {
    expect(importTokens(text)[0]?.tokenSet).toEqual({ accessToken: AT, ...more });
  });

  test('a row of Auth.js alone, in a database that counts its users and has bigint', () => {
    const row = {
      provider: 'google',
      provider_account_id: '7',
      user_id: 12,
      access_token: AT,
      expires_at: '1764327599',
    };
    expect(importTokens(JSON.stringify(row)).map(entryOf)).toEqual([
      {
        layout: 'authjs',
        account: '12',
        server: 'google',
        scopes: [],
        tokens: { accessToken: AT, expiresAt: EARLIER },
      },
    ]);
  });

  test('a user of Auth.js who linked two accounts of one provider', () => {
    const linked = [...rows, { ...rows[0], providerAccountId: '7919' }];
    const names = importTokens(JSON.stringify(linked)).map(
      ({ account, server }) => `${account} at ${server}`,
    );
    expect(names).toEqual(['user-1:104729 at google', 'user-1 at github', 'user-1:7919 at google']);
  });

  test('a hundred thousand people in linear time', () => {
    const people = Array.from(
      { length: 100_000 },
      (_, i) => `        u${i}:\n            oauth_token: gho_${i}\n`,
    );
    expect(importTokens(`github.com:\n    users:\n${people.join('')}`)).toHaveLength(100_000);
  });

  test('gh before it knew several people', () => {
    const text = 'github.com:\n    user: hubot\n    oauth_token: gho_SECRET1\n    git_protocol: https\n';
    expect(importTokens(text)[0]).toMatchObject({
      account: 'hubot',
      tokenSet: { accessToken: 'gho_SECRET1' },
    });
  });

  test('an ID token that oauth2client decoded names the user', () => {
    const file = {
      ...(JSON.parse(textOf('gcalcli_oauth')) as object),
      id_token: { sub: '7', email: 'ada@example.com' },
    };
    expect(importTokens(JSON.stringify(file))[0]).toMatchObject({
      account: 'ada@example.com',
      tokenSet: { user: { id: '7', username: 'ada@example.com' } },
    });
  });
});

test.each<[string, string, string, string]>([
  [
    'a token of rclone that was cut off',
    rclone.replace(/"expiry".*/, '"expi'),
    'damaged',
    '`token` of remote 1 of 3 is not JSON',
  ],
  [
    'a line of rclone that lost its break',
    rclone.replace('\nclient_secret', 'client_secret'),
    'damaged',
    '`client_id` of remote 1 of 3 is not one word',
  ],
  [
    'a refresh token of rclone with a line break',
    rclone.replace('rt-SECRET-2', 'rt-SECRET-2\\n'),
    'damaged',
    '`refresh_token` of remote 3 of 3 is not a token',
  ],
  [
    'a token of rclone without any',
    rclone.replace(/token = .*/, 'token = {}'),
    'damaged',
    '`access_token` of remote 1 of 3 is not a token',
  ],
  ['remotes without a sign-in', '[backup]\ntype = s3\n', 'no_tokens', 'no tokens of a person'],
  [
    'an encrypted configuration of rclone',
    '# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\nc2VjcmV0',
    'encrypted',
    '`rclone config show`',
  ],
  [
    'a token of mutt_oauth2.py as it lies there',
    '-----BEGIN PGP MESSAGE-----\n\nhQEMA\n',
    'encrypted',
    '`gpg --decrypt`',
  ],
  [
    'a token of mutt_oauth2.py before the first sign-in',
    textOf('mutt-token-decrypted').replace(/[ar]t-SECRET-1/g, ''),
    'damaged',
    '`access_token` is not a token',
  ],
  [
    'gcloud without a refresh token',
    textOf('application_default_credentials.json').replace('"rt-SECRET-1"', '7'),
    'damaged',
    '`refresh_token` is not a token',
  ],
  [
    'a token of google-auth',
    textOf('google-auth-token').replace('"rt-SECRET-1"', 'null').replace('at-S', 'at S'),
    'damaged',
    '`token` is not a token',
  ],
  [
    'oauth2client',
    textOf('gcalcli_oauth').replace('"rt-SECRET-1"', '[]'),
    'damaged',
    '`refresh_token` is not a token',
  ],
  [
    'a row of Auth.js',
    JSON.stringify([...rows, { ...rows[0], refresh_token: 'a\tb' }]),
    'damaged',
    '`refresh_token` of row 4 of 4 is not a token',
  ],
  ['rows of Auth.js without a token', JSON.stringify(rows.slice(2)), 'no_tokens', 'no tokens of a person'],
  ['a list that is not all rows', JSON.stringify([...rows, {}]), 'unknown_layout', 'Known are: Python-O365'],
  [
    'gh with its tokens in the keyring',
    'github.com:\n    users:\n        hubot:\n    user: hubot\n',
    'no_tokens',
    '`gh auth token`',
  ],
  [
    'a token of gh',
    textOf('hosts.yml').replace('gho_SECRET2', 'gho SECRET2'),
    'damaged',
    '`oauth_token` of host 1 is not a token',
  ],
  ['a database of gcloud', `SQLite format 3\0\x10\0${RT}`, 'unknown_layout', 'legacy_credentials'],
  [
    'a pickle of gcalcli',
    `\ufffd\x04\ufffd\x8cgoogle.oauth2.credentials\ufffd${RT}`,
    'unknown_layout',
    'credentials.to_json()',
  ],
  [
    'the key of a service account',
    '{"type":"service_account","client_id":"1","private_key":"SECRET"}',
    'no_tokens',
    "grant: 'client_credentials'",
  ],
  ['another configuration in sections', '[core]\neditor = vi\n', 'not_json', 'rclone or gh'],
  ['another configuration in YAML', 'services:\n  web:\n    image: SECRET\n', 'not_json', 'rclone or gh'],
])('%s is named', (_name, text, code, says) => {
  let error: unknown;
  try {
    importTokens(text, { name: 'the file' });
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(TokenImportError);
  expect(error).toMatchObject({ code, message: expect.stringContaining(says) });
  expect((error as Error).message.length).toBeLessThan(420);
  expectNoSecret(error, 'SECRET');
});

test.each(Object.keys(FILES))(
  'whatever becomes of %s: whole tokens or a typed error, and nothing quoted',
  (file) => {
    const text = textOf(file);
    const spoilt = Array.from(text, (_, at) => [
      text.slice(0, at),
      ...['', '"', '\n', '{', '\0'].map((letter) => text.slice(0, at) + letter + text.slice(at + 1)),
    ]).flat();
    for (const each of spoilt) {
      try {
        const imported = importTokens(each, { name: 'the file' });
        expect(JSON.stringify(imported)).not.toContain('SECRET');
        for (const { tokenSet } of imported)
          expect(tokenSet.refreshToken ?? tokenSet.accessToken).toMatch(/^[\x20-\x7e]+$/);
      } catch (error) {
        if (!(error instanceof TokenImportError)) throw error;
        expect(error.message).not.toContain('SECRET');
      }
    }
  },
);
