import {
  ADA,
  AT,
  CLIENT,
  type Found,
  GRACE,
  type ImportRow,
  MARK,
  RT,
  TENANT,
  written,
} from './import-row.ts';

const OTHER_CLIENT = '5b8e4a90-1c27-4f6d-b3e8-61f0a9d7c502';
const HOME = `${ADA}.${TENANT}`;
const GRACE_HOME = `${GRACE}.${TENANT}`;
const ENVIRONMENT = 'login.microsoftonline.com';
const AT_RENEWAL = 1_760_000_000;

type Entry = Record<string, unknown>;

/** Entries as MSAL for Python writes them: every time a text. */
const refresh = (changes: Entry = {}): Entry => ({
  credential_type: 'RefreshToken',
  secret: RT,
  home_account_id: HOME,
  environment: ENVIRONMENT,
  client_id: CLIENT,
  target: 'Mail.Read User.Read profile openid email',
  last_modification_time: `${AT_RENEWAL}`,
  ...changes,
});

const access = (changes: Entry = {}): Entry => ({
  credential_type: 'AccessToken',
  secret: AT,
  home_account_id: HOME,
  environment: ENVIRONMENT,
  client_id: CLIENT,
  target: 'Mail.Read User.Read profile openid email',
  realm: 'common',
  token_type: 'Bearer',
  cached_at: `${AT_RENEWAL}`,
  expires_on: `${AT_RENEWAL + 3599}`,
  extended_expires_on: `${AT_RENEWAL + 3599}`,
  ...changes,
});

const person = (changes: Entry = {}): Entry => ({
  home_account_id: HOME,
  environment: ENVIRONMENT,
  realm: 'common',
  local_account_id: ADA,
  username: 'ada@contoso.example',
  authority_type: 'MSSTS',
  account_source: 'authorization_code',
  ...changes,
});

const grace = { home_account_id: GRACE_HOME, local_account_id: GRACE, username: 'grace@contoso.example' };
const GRACE_RT = {
  ...refresh({ ...grace, secret: `${RT}-grace` }),
  username: undefined,
  local_account_id: undefined,
};

/** Keys as MSAL makes them, so that they are content like the rest. */
function section(entries: Entry[]): Record<string, Entry> {
  const key = (entry: Entry, index: number) =>
    `${entry['home_account_id']}-${ENVIRONMENT}-${entry['credential_type'] ?? 'account'}-${entry['client_id']}-${index}`;
  return Object.fromEntries(entries.map((entry, index) => [key(entry, index).toLowerCase(), entry]));
}

interface Cache {
  refreshTokens?: Entry[];
  accessTokens?: Entry[];
  accounts?: Entry[];
}

const cache = ({
  refreshTokens = [refresh()],
  accessTokens = [access()],
  accounts = [person()],
}: Cache = {}) => ({
  AccessToken: section(accessTokens),
  Account: section(accounts),
  IdToken: {},
  RefreshToken: section(refreshTokens),
  AppMetadata: { [`appmetadata-${ENVIRONMENT}-${CLIENT}`]: { client_id: CLIENT, environment: ENVIRONMENT } },
});
const file = (content: Cache = {}) => written(cache(content));

const FOUND: Found = {
  account: 'ada@contoso.example',
  username: 'ada@contoso.example',
  clientId: CLIENT,
  tenantId: 'common',
  scopes: ['Mail.Read', 'User.Read'],
  lastRenewedAt: AT_RENEWAL * 1000,
  tokens: { refreshToken: RT, user: { id: ADA, username: 'ada@contoso.example', tenantId: TENANT } },
};
const FOUND_GRACE: Found = {
  ...FOUND,
  account: 'grace@contoso.example',
  username: 'grace@contoso.example',
  tokens: {
    refreshToken: `${RT}-grace`,
    user: { id: GRACE, username: 'grace@contoso.example', tenantId: TENANT },
  },
};

const entryOne = 'entry 1 of 1 in `RefreshToken`';

/** Caches of MSAL, which Python-O365 2.1 stores. */
export const CACHE_ROWS: readonly ImportRow[] = [
  ['of one person', file(), [FOUND]],
  ['in one line', JSON.stringify(cache()), [FOUND]],
  [
    'a refresh token with spaces',
    file({ refreshTokens: [refresh({ secret: ` ${RT} x` })] }),
    [{ ...FOUND, tokens: { ...FOUND.tokens, refreshToken: ` ${RT} x` } }],
  ],
  [
    'of two people',
    file({ refreshTokens: [refresh(), GRACE_RT], accounts: [person(), person(grace)], accessTokens: [] }),
    [FOUND, FOUND_GRACE],
  ],
  [
    'of one person at two clients',
    file({ refreshTokens: [refresh(), refresh({ client_id: OTHER_CLIENT, secret: `${RT}-2` })] }),
    [FOUND, { ...FOUND, clientId: OTHER_CLIENT, tokens: { ...FOUND.tokens, refreshToken: `${RT}-2` } }],
  ],
  [
    'of two accounts with one username: their ids tell them apart',
    file({
      refreshTokens: [refresh(), GRACE_RT],
      accounts: [person(), person({ ...grace, username: 'ada@contoso.example' })],
    }),
    [
      { ...FOUND, account: HOME },
      {
        ...FOUND_GRACE,
        account: GRACE_HOME,
        username: 'ada@contoso.example',
        tokens: {
          ...FOUND_GRACE.tokens,
          user: { id: GRACE, username: 'ada@contoso.example', tenantId: TENANT },
        },
      },
    ],
  ],
  [
    'two refresh tokens after a change of scopes: the one written last',
    file({
      refreshTokens: [
        refresh({ secret: `${RT}-new`, target: 'Mail.Send', last_modification_time: `${AT_RENEWAL + 60}` }),
        refresh({ secret: `${RT}-old` }),
      ],
    }),
    [
      {
        ...FOUND,
        scopes: ['Mail.Send'],
        lastRenewedAt: (AT_RENEWAL + 60) * 1000,
        tokens: { ...FOUND.tokens, refreshToken: `${RT}-new` },
      },
    ],
  ],
  [
    'two refresh tokens without a time: the later one in the file',
    file({
      refreshTokens: [`${RT}-old`, `${RT}-new`].map((secret) =>
        refresh({ secret, last_modification_time: undefined }),
      ),
    }),
    [{ ...FOUND, tokens: { ...FOUND.tokens, refreshToken: `${RT}-new` } }],
  ],
  [
    'as MSAL for Node writes it: no times and no scopes at the refresh token',
    file({
      refreshTokens: [refresh({ target: undefined, last_modification_time: undefined })],
      accessTokens: [access({ realm: TENANT, target: 'Mail.Read openid profile' })],
      accounts: [person({ realm: TENANT, name: 'Ada', client_info: 'eyJ9', tenantProfiles: ['{}'] })],
    }),
    [{ ...FOUND, tenantId: TENANT, scopes: ['Mail.Read'] }],
  ],
  ['times as numbers', file({ refreshTokens: [refresh({ last_modification_time: AT_RENEWAL })] }), [FOUND]],
  [
    'a time that is none',
    file({ refreshTokens: [refresh({ last_modification_time: 'never' })], accessTokens: [] }),
    [
      {
        account: FOUND.account,
        username: FOUND.account,
        clientId: CLIENT,
        tenantId: 'common',
        scopes: FOUND.scopes,
        tokens: FOUND.tokens,
      },
    ],
  ],
  ['without access tokens, which MSAL removes when they end', file({ accessTokens: [] }), [FOUND]],
  [
    'an access token that is damaged beside a refresh token',
    file({ accessTokens: [access({ secret: 7 })] }),
    [FOUND],
  ],
  [
    'a shared refresh token of a family of clients',
    file({ refreshTokens: [refresh({ family_id: '1' })] }),
    [FOUND],
  ],
  [
    'without accounts: the id names the account',
    file({ accounts: [] }),
    [
      {
        account: HOME,
        clientId: CLIENT,
        tenantId: 'common',
        scopes: FOUND.scopes,
        lastRenewedAt: AT_RENEWAL * 1000,
        tokens: { refreshToken: RT, user: { tenantId: TENANT } },
      },
    ],
  ],
  [
    'without ids, as from a server that sends no client_info',
    file({ refreshTokens: [refresh({ home_account_id: null })], accounts: [], accessTokens: [] }),
    [
      {
        account: 'default',
        clientId: CLIENT,
        scopes: FOUND.scopes,
        lastRenewedAt: AT_RENEWAL * 1000,
        tokens: { refreshToken: RT },
      },
    ],
  ],
  [
    'only the section of refresh tokens',
    written({ RefreshToken: section([refresh()]) }),
    [
      {
        account: HOME,
        clientId: CLIENT,
        scopes: FOUND.scopes,
        lastRenewedAt: AT_RENEWAL * 1000,
        tokens: { refreshToken: RT, user: { tenantId: TENANT } },
      },
    ],
  ],
  [
    'signed in without a refresh token: the access token got last',
    file({
      refreshTokens: [],
      accessTokens: [access({ secret: `${AT}-new`, cached_at: `${AT_RENEWAL + 9}` }), access()],
    }),
    [
      {
        ...FOUND,
        lastRenewedAt: (AT_RENEWAL + 9) * 1000,
        tokens: {
          accessToken: `${AT}-new`,
          tokenType: 'Bearer',
          expiresAt: (AT_RENEWAL + 3599) * 1000,
          scopes: ['Mail.Read', 'User.Read', 'profile', 'openid', 'email'],
          user: { id: ADA, username: 'ada@contoso.example', tenantId: TENANT },
        },
      },
    ],
  ],
  [
    "an application's own tokens beside those of a person",
    file({
      accessTokens: [access(), access({ home_account_id: null, client_id: OTHER_CLIENT, realm: TENANT })],
    }),
    [FOUND],
  ],
  ['sections that nobody knows', written({ ...cache(), Lock: true, AccessTokenExtended: [1] }), [FOUND]],
  [
    'members of the prototype are only members',
    JSON.stringify(cache())
      .replace('{', '{"__proto__":{"RefreshToken":7},')
      .replace('"secret"', '"__proto__":{"secret":1},"secret"'),
    [FOUND],
  ],
  [
    "only an application's own tokens",
    file({ refreshTokens: [], accounts: [], accessTokens: [access({ home_account_id: null })] }),
    { code: 'no_tokens', says: 'client_credentials' },
  ],
  [
    'sections without entries',
    file({ refreshTokens: [], accounts: [], accessTokens: [] }),
    { code: 'no_tokens', says: 'holds no tokens of a person' },
  ],
  [
    'a person who signed out',
    file({ refreshTokens: [], accessTokens: [] }),
    { code: 'no_tokens', says: 'Sign in again' },
  ],
  [
    'sections that are null',
    written({ RefreshToken: null, AccessToken: null }),
    { code: 'no_tokens', says: 'holds no tokens' },
  ],
  [
    'a refresh token without its secret',
    file({ refreshTokens: [refresh({ secret: undefined })] }),
    { code: 'damaged', says: `the \`secret\` of ${entryOne} is not a token` },
  ],
  [
    'a refresh token of another type',
    file({ refreshTokens: [refresh({ secret: { value: RT } })] }),
    { code: 'damaged', says: entryOne },
  ],
  [
    'a refresh token with a control character',
    file({ refreshTokens: [refresh({ secret: `${RT}\u0007x` })] }),
    { code: 'damaged', says: entryOne },
  ],
  [
    'one of two refresh tokens damaged: nothing is lost silently',
    file({ refreshTokens: [refresh(), { ...GRACE_RT, secret: '' }] }),
    { code: 'damaged', says: 'entry 2 of 2 in `RefreshToken`' },
  ],
  [
    'an access token that is damaged and all there is',
    file({ refreshTokens: [], accessTokens: [access({ secret: `${MARK}\n` })] }),
    { code: 'damaged', says: 'entry 1 of 1 in `AccessToken`' },
  ],
  [
    'refresh tokens in a list',
    written({ ...cache(), RefreshToken: [refresh()] }),
    { code: 'damaged', says: '`RefreshToken` is not an object' },
  ],
  [
    'refresh tokens in a text',
    written({ ...cache(), RefreshToken: JSON.stringify(refresh()) }),
    { code: 'damaged', says: '`RefreshToken` is not an object' },
  ],
  [
    'accounts that are a number',
    written({ ...cache(), Account: 7 }),
    { code: 'damaged', says: '`Account` is not an object' },
  ],
  [
    'an entry that is a text',
    written({ ...cache(), RefreshToken: { x: RT } }),
    { code: 'damaged', says: `${entryOne} is not an object` },
  ],
  [
    'an entry that is null',
    written({ ...cache(), AccessToken: { x: null } }),
    { code: 'damaged', says: 'in `AccessToken` is not an object' },
  ],
  [
    'cut off in the midst of a token',
    file().slice(0, file().indexOf(MARK) + 3),
    { code: 'not_json', says: 'cut off' },
  ],
];
