import { type Outcome, type Reply, type Row, senseless } from './reply-row.ts';

const refused = (status: number, error: unknown, more: Record<string, unknown> = {}): Reply => ({
  status,
  body: { error, ...more },
});

/** The codes of RFC 6749, 6750, 8628, 8707, 9449, OpenID Connect and CIBA keep their names, whatever the status. */
const plain = (code: string, ...statuses: number[]): Row[] =>
  statuses.map((status) => [`${code} with ${status}`, refused(status, code), { code, status }]);

export const CODES: readonly Row[] = [
  ...plain('invalid_grant', 200, 400, 401, 403, 500),
  ...plain('invalid_client', 200, 400, 401, 403),
  ...plain('invalid_request', 200, 400, 401, 403, 422),
  ...plain('unauthorized_client', 400, 401, 403),
  ...plain('unsupported_grant_type', 400, 404, 501),
  ...plain('invalid_scope', 400, 403),
  ...plain('invalid_target', 400),
  ...plain('access_denied', 400, 401, 403),
  ...plain('server_error', 200, 400, 500, 502),
  ...plain('temporarily_unavailable', 400, 429, 500, 503),
  ...plain('authorization_pending', 200, 400, 428),
  ...plain('slow_down', 200, 400, 403, 429),
  ...plain('expired_token', 200, 400),
  ...plain('interaction_required', 400, 401),
  ...plain('login_required', 400),
  ...plain('consent_required', 400),
  ...plain('mfa_required', 400, 403),
  ...plain('invalid_dpop_proof', 400, 401),
  ...plain('use_dpop_nonce', 400),
  ...plain('insufficient_scope', 403),
  ...plain('org_internal', 403),
  ...plain('admin_policy_enforced', 400),
  ...plain('toString', 400),
  ...plain('__proto__', 400),
];

const GRANT: Outcome = { code: 'invalid_grant', status: 400 };
const interaction = (description: string): Outcome => ({
  code: 'interaction_required',
  status: 400,
  description,
});
const own = (name: string) => `in its own words ${name}`;
/** The server's own name stays in the description. */
const asksForPerson = (name: string): Row =>
  suberror(
    name,
    interaction(
      `AADSTS50076: The person must pass a second factor: sign in again (${own(`invalid_grant, ${name}`)})`,
    ),
  );
const suberror = (name: unknown, microsoft: Outcome = GRANT): Row => [
  `Entra's suberror ${name}`,
  refused(400, 'invalid_grant', { suberror: name, error_codes: [50076] }),
  GRANT,
  microsoft,
];
const renamed = (error: string, code: string, status = 200): Row => [
  `GitHub's ${error} with ${status}`,
  refused(status, error),
  { code, status, description: own(error) },
  { code: error, status },
];

export const DIALECTS: readonly Row[] = [
  asksForPerson('basic_action'),
  asksForPerson('additional_action'),
  asksForPerson('message_only'),
  asksForPerson('consent_required'),
  asksForPerson('user_password_expired'),
  suberror('bad_token'),
  suberror('token_expired'),
  suberror('protection_policy_required'),
  suberror('device_authentication_failed'),
  suberror('client_mismatch'),
  suberror(''),
  suberror(7),
  suberror('constructor'),
  [
    'a suberror beside another error',
    refused(400, 'invalid_client', { suberror: 'basic_action' }),
    { code: 'invalid_client', status: 400 },
  ],
  [
    "Entra's authorization_declined",
    refused(400, 'authorization_declined'),
    { code: 'authorization_declined', status: 400 },
    {
      code: 'access_denied',
      status: 400,
      description: `${own('authorization_declined')}: a person or a rule of the server declined`,
    },
  ],
  [
    "Entra's code_expired",
    refused(400, 'code_expired'),
    { code: 'code_expired', status: 400 },
    {
      code: 'expired_token',
      status: 400,
      description: `${own('code_expired')}: nobody entered the code in time, begin a new sign-in`,
    },
  ],
  renamed('bad_refresh_token', 'invalid_grant'),
  renamed('bad_refresh_token', 'invalid_grant', 400),
  renamed('incorrect_client_credentials', 'invalid_client'),
  renamed('bad_verification_code', 'invalid_grant'),
  renamed('incorrect_device_code', 'invalid_grant'),
  renamed('device_flow_disabled', 'unauthorized_client', 400),
  [
    "Google's invalid_rapt",
    refused(400, 'invalid_grant', { error_subtype: 'invalid_rapt' }),
    interaction(own('invalid_grant, invalid_rapt')),
    GRANT,
  ],
  ["Google's rapt_required", refused(400, 'invalid_grant', { error_subtype: 'rapt_required' }), GRANT],
  [
    'invalid_rapt beside another error',
    refused(401, 'invalid_client', { error_subtype: 'invalid_rapt' }),
    { code: 'invalid_client', status: 401 },
  ],
  [
    "Auth0's unknown refresh token",
    refused(403, 'invalid_grant', { error_description: 'Unknown or invalid refresh token.' }),
    { code: 'invalid_grant', status: 403, description: 'Unknown or invalid refresh token.' },
  ],
  [
    "Okta's errorCode alone",
    { status: 400, body: { errorCode: 'E0000021', errorSummary: 'Bad' } },
    senseless(400),
  ],
  [
    "Graph's error object",
    refused(401, { code: 'InvalidAuthenticationToken', message: 'x' }),
    senseless(401),
  ],
  ["Salesforce's list", { status: 400, body: [{ errorCode: 'INVALID' }] }, senseless(400)],
  ['an error that is a number', refused(400, 400), senseless(400)],
  ['an error that is true', refused(400, true), senseless(400)],
  ['an empty error', refused(400, ''), senseless(400)],
  ['an error with a line break', refused(400, 'invalid\r\ngrant'), senseless(400)],
  ['an error with an escape sequence', refused(400, '\u001b[2J'), senseless(400)],
  ['an error beyond ASCII', refused(400, 'ungültig'), senseless(400)],
  ['an error with quotes', refused(400, '"x"'), senseless(400)],
  ['an error of 64 characters', refused(400, 'e'.repeat(64)), { code: 'e'.repeat(64), status: 400 }],
  ['an error of 65 characters', refused(400, 'e'.repeat(65)), senseless(400)],
  [
    'Invalid_Grant',
    refused(400, 'Invalid_Grant'),
    { ...GRANT, description: own('Invalid_Grant') },
    { code: 'Invalid_Grant', status: 400 },
  ],
  ['a description that is a list', refused(400, 'invalid_grant', { error_description: ['x'] }), { ...GRANT }],
  [
    'a description with line breaks',
    refused(400, 'invalid_grant', { error_description: 'a\r\n\tb\u001b[2J' }),
    { ...GRANT, description: 'a b [2J' },
  ],
  [
    'a description without end',
    refused(400, 'invalid_grant', { error_description: 'x'.repeat(9_000) }),
    { ...GRANT, description: `${'x'.repeat(200)}…` },
  ],
  [
    'a description that quotes the request',
    refused(400, 'invalid_grant', { error_description: 'no rt-SECRET-sent' }),
    { ...GRANT, description: 'no [redacted]' },
  ],
  [
    'a description that quotes the client',
    refused(401, 'invalid_client', { error_description: 'cs-SECRET-sent?' }),
    { code: 'invalid_client', status: 401, description: '[redacted]?' },
  ],
];

const redirect = (status: number): Row => [
  `a redirect ${status}`,
  { status, headers: { location: '/elsewhere' }, body: '' },
  senseless(status),
];
const bare = (status: number): Row => [`an empty ${status}`, { status, body: '' }, senseless(status)];

export const STATUSES: readonly Row[] = [
  ...[300, 301, 302, 303, 304, 305, 307, 308].map(redirect),
  ...[400, 401, 403, 404, 405, 406, 408, 409, 410, 413, 415, 418, 422, 429, 451].map(bare),
  ...[500, 501, 502, 503, 504, 507, 520, 522, 599].map(bare),
  [
    'a redirect to another host',
    { status: 307, headers: { location: 'https://evil.example/' } },
    senseless(307),
  ],
  ['a redirect without a place', { status: 302 }, senseless(302)],
];

const wait = (value: string | string[], retryAfterMs?: number, status = 503, date?: string): Row => [
  `Retry-After ${value} with ${status}${date ? ` of ${date}` : ''}`,
  { ...refused(status, 'temporarily_unavailable'), headers: { 'retry-after': value, ...(date && { date }) } },
  { code: 'temporarily_unavailable', status, ...(retryAfterMs !== undefined && { retryAfterMs }) },
];
const DATE = 'Wed, 21 Oct 2015 07:28:00 GMT';

export const WAITS: readonly Row[] = [
  ...[429, 500, 503, 400].map((status) => wait('7', 7_000, status)),
  wait('0', 0),
  wait('00030', 30_000),
  wait('  30  ', 30_000),
  wait('86400', 86_400_000),
  wait('86401'),
  wait('1700000000'),
  wait('9'.repeat(400)),
  wait('-5'),
  wait('+5'),
  wait('1.5'),
  wait('1e3'),
  wait('0x10'),
  wait('soon'),
  wait(''),
  wait('5s'),
  wait('5, 5'),
  wait(['5', '7']),
  wait('2015-10-21T07:28:30Z', undefined, 503, DATE),
  wait('Wed, 21 Oct 2015 07:28:30 GMT', 30_000, 503, DATE),
  wait('Wed, 21 Oct 2015 07:28:30 GMT', 30_000, 429, DATE),
  wait('Wed, 21 Oct 2015 07:28:00 GMT', 0, 503, DATE),
  wait('Wed, 21 Oct 2015 07:27:59 GMT', undefined, 503, DATE),
  wait('Thu, 22 Oct 2015 07:28:00 GMT', 86_400_000, 503, DATE),
  wait('Thu, 22 Oct 2015 07:28:01 GMT', undefined, 503, DATE),
  wait('Wednesday, 21-Oct-15 07:28:30 GMT', 30_000, 503, DATE),
  wait('Wed, 99 Oct 2015 07:28:30 GMT', undefined, 503, DATE),
  wait('Wed', undefined, 503, DATE),
  wait('Wed, 21 Oct 1998 07:28:30 GMT'),
];
