import {
  ADA,
  AT,
  CLIENT,
  type Found,
  type ImportRow,
  idTokenOf,
  MARK,
  RT,
  TENANT,
  written,
} from './import-row.ts';

const ID_TOKEN = idTokenOf({
  aud: CLIENT,
  oid: ADA,
  sub: 'pairwise',
  tid: TENANT,
  preferred_username: 'ada@contoso.example',
  name: 'Ada',
  exp: 1_730_000_000,
});

const GRAPH = 'https://graph.microsoft.com/';

/** The file of Python-O365 2.0 after a sign-in: requests-oauthlib makes a list of the scopes. */
const FILE = {
  token_type: 'Bearer',
  scope: ['profile', 'openid', 'email', `${GRAPH}Mail.Read`, `${GRAPH}User.Read`],
  expires_in: 3599,
  ext_expires_in: 3599,
  access_token: AT,
  refresh_token: RT,
  id_token: ID_TOKEN,
  expires_at: 1_730_003_599.25,
};

const USER = { id: ADA, username: 'ada@contoso.example', tenantId: TENANT };
const FOUND: Found = {
  account: 'ada@contoso.example',
  username: 'ada@contoso.example',
  clientId: CLIENT,
  tenantId: TENANT,
  scopes: [`${GRAPH}Mail.Read`, `${GRAPH}User.Read`],
  lastRenewedAt: 1_730_000_000_250,
  tokens: { refreshToken: RT, scopes: FILE.scope, user: USER },
};
const NAMELESS: Found = {
  account: 'default',
  scopes: FOUND.scopes,
  lastRenewedAt: FOUND.lastRenewedAt as number,
  tokens: { refreshToken: RT, scopes: FILE.scope },
};

const file = (changes: Record<string, unknown> = {}) => written({ ...FILE, ...changes });
const only = (members: Record<string, unknown>) => written(members);

/** Token files of Python-O365 up to 2.0.38. */
export const FLAT_ROWS: readonly ImportRow[] = [
  ['as it is after a sign-in', file(), [FOUND]],
  ['in one line', JSON.stringify(FILE), [FOUND]],
  ...[` ${RT} x `, RT.padEnd(17_408, 'x')].map(
    (refresh_token): ImportRow => [
      `a refresh token of ${refresh_token.length} characters, with what its grammar allows`,
      file({ refresh_token }),
      [{ ...FOUND, tokens: { ...FOUND.tokens, refreshToken: refresh_token } }],
    ],
  ),
  ['with a byte order mark and a line break behind', `\ufeff${file()}\n`, [FOUND]],
  ['with Windows line ends', file().replaceAll('\n', '\r\n'), [FOUND]],
  ['scopes as one text', file({ scope: FILE.scope.join(' ') }), [FOUND]],
  ['without an id token: nobody is named', file({ id_token: undefined }), [NAMELESS]],
  ['an id token that is none', file({ id_token: 'x.y.z' }), [NAMELESS]],
  ['an id token of another type', file({ id_token: { oid: ADA } }), [NAMELESS]],
  [
    'an id token whose names are objects',
    file({ id_token: idTokenOf({ oid: {}, aud: [], tid: 7 }) }),
    [NAMELESS],
  ],
  [
    'an id token without a username: the id names the account',
    file({ id_token: idTokenOf({ oid: ADA, tid: TENANT }) }),
    [
      {
        ...NAMELESS,
        account: ADA,
        tenantId: TENANT,
        tokens: { ...NAMELESS.tokens, user: { id: ADA, tenantId: TENANT } },
      },
    ],
  ],
  [
    'without times: when it was renewed is unknown',
    file({ expires_at: undefined }),
    [
      {
        account: FOUND.account,
        username: 'ada@contoso.example',
        clientId: CLIENT,
        tenantId: TENANT,
        scopes: FOUND.scopes,
        tokens: FOUND.tokens,
      },
    ],
  ],
  ['times as text', file({ expires_at: '1730003599.25', expires_in: '3599' }), [FOUND]],
  ['an access token that is null beside a refresh token', file({ access_token: null }), [FOUND]],
  ['an access token that is a number beside a refresh token', file({ access_token: 7 }), [FOUND]],
  [
    'only a refresh token',
    only({ refresh_token: RT }),
    [{ account: 'default', scopes: [], tokens: { refreshToken: RT } }],
  ],
  [
    'scopes of the wrong type',
    only({ refresh_token: RT, scope: { 0: 'Mail.Read' } }),
    [{ account: 'default', scopes: [], tokens: { refreshToken: RT } }],
  ],
  [
    'scopes with members that are none',
    only({ refresh_token: RT, scope: ['Mail.Read', 7, null, 'a b', ''] }),
    [{ account: 'default', scopes: ['Mail.Read'], tokens: { refreshToken: RT, scopes: ['Mail.Read'] } }],
  ],
  [
    'signed in without offline_access: the access token is all there is',
    file({ refresh_token: undefined, id_token: undefined }),
    [
      {
        ...NAMELESS,
        tokens: { accessToken: AT, tokenType: 'Bearer', expiresAt: 1_730_003_599_250, scopes: FILE.scope },
      },
    ],
  ],
  [
    'an access token without an end',
    only({ access_token: AT }),
    [{ account: 'default', scopes: [], tokens: { accessToken: AT } }],
  ],
  [
    'an instant that is none',
    only({ access_token: AT, expires_at: 'soon' }),
    [{ account: 'default', scopes: [], tokens: { accessToken: AT } }],
  ],
  [
    'members of the prototype are only members',
    `{"refresh_token":"${RT}","__proto__":{"scope":"Mail.Read","id_token":"${ID_TOKEN}"},"constructor":{"x":1}}`,
    [{ account: 'default', scopes: [], tokens: { refreshToken: RT } }],
  ],
  [
    'tokens that only a prototype has',
    `{"__proto__":{"refresh_token":"${RT}"}}`,
    { code: 'unknown_layout', says: 'in no layout that is known' },
  ],
  [
    'a refresh token that is a number',
    file({ refresh_token: 12 }),
    { code: 'damaged', says: '`refresh_token` is not a token' },
  ],
  [
    'a refresh token that is an object',
    file({ refresh_token: { secret: RT } }),
    { code: 'damaged', says: '`refresh_token` is not a token' },
  ],
  [
    'a refresh token with a line break',
    file({ refresh_token: `${RT}\n` }),
    { code: 'damaged', says: '`refresh_token` is not a token' },
  ],
  [
    'a refresh token over 32 KiB',
    file({ refresh_token: MARK.repeat(6_000) }),
    { code: 'damaged', says: '`refresh_token` is not a token' },
  ],
  [
    'neither token is one',
    file({ refresh_token: '', access_token: '' }),
    { code: 'damaged', says: '`access_token` is not a token' },
  ],
  [
    'cut off in the midst of a token',
    file().slice(0, file().indexOf(MARK) + 3),
    { code: 'not_json', says: 'cut off' },
  ],
  ['cut off behind the first line', '{\n', { code: 'not_json', says: 'cut off' }],
  ['its last bracket lost', file().slice(0, -1), { code: 'not_json', says: 'cut off' }],
  ['written twice', file() + file(), { code: 'not_json', says: 'cut off' }],
  [
    'as Python prints a dict',
    `{'access_token': '${AT}', 'refresh_token': '${RT}'}`,
    { code: 'not_json', says: 'cut off' },
  ],
];
