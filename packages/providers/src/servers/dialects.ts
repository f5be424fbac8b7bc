import { isJsonObject } from '../wire/json-object.ts';

/** How one service says something in words of its own. All conditions must hold. */
export interface Dialect {
  /** What RFC 6749 or RFC 8628 calls it. */
  code: string;
  /** The statuses it comes with. Default: any. */
  status?: readonly number[];
  /** Where it stands, as a path (`errors[]` is any entry of the list), and what stands there, in any case. */
  says: Readonly<Record<string, string | RegExp>>;
}

const names = (code: string, ...errors: string[]): Dialect[] =>
  errors.map((error) => ({ code, says: { error } }));

/** Each row is unmistakable: no other service means anything else by it. What needs a setting stands in `refusals`. */
const DIALECTS: readonly Dialect[] = /* @__PURE__ */ (() => [
  /** GitHub, also with status 200. @see https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors */
  ...names('invalid_grant', 'bad_refresh_token', 'bad_verification_code', 'incorrect_device_code'),
  ...names('invalid_client', 'incorrect_client_credentials'),
  ...names('unauthorized_client', 'device_flow_disabled'),
  /** Slack, all with status 200 and `ok: false`; `invalid_code` is Zoho's as well. @see https://api.slack.com/methods/oauth.v2.access */
  ...names('invalid_grant', 'invalid_refresh_token', 'token_expired', 'token_revoked', 'account_inactive'),
  ...names('invalid_grant', 'authorization_not_found', 'invalid_code', 'code_already_used'),
  ...names('invalid_client', 'bad_client_secret', 'invalid_client_id'),
  ...names('unauthorized_client', 'token_rotation_not_enabled'),
  ...names('temporarily_unavailable', 'ratelimited', 'rate_limited', 'service_unavailable'),
  ...names('server_error', 'internal_error', 'fatal_error'),
  /** HubSpot. @see https://github.com/airbytehq/airbyte/issues/79592 */
  { code: 'invalid_grant', says: { status: /^(BAD_REFRESH_TOKEN|BAD_AUTH_CODE|EXPIRED_AUTH_CODE)$/ } },
  { code: 'invalid_client', says: { status: /^BAD_CLIENT_(ID|SECRET)$/ } },
  /** Strava. @see https://github.com/dreeveapp/dreeve/issues/1449 */
  { code: 'invalid_grant', says: { 'errors[].resource': /^(RefreshToken|AuthorizationCode)$/ } },
  { code: 'invalid_client', says: { 'errors[].resource': 'Application' } },
  /** Fitbit. @see https://github.com/lukasolson/fitbit-node/issues/14 */
  { code: 'invalid_grant', says: { 'errors[].errorType': /^(invalid_grant|expired_token|invalid_token)$/ } },
  { code: 'invalid_client', says: { 'errors[].errorType': 'invalid_client' } },
  /** Yahoo. @see https://github.com/josuebrunel/yahoo-oauth/issues/51 */
  ...names('invalid_grant', 'INVALID_REFRESH_TOKEN', 'EXPIRED_REFRESH_TOKEN'),
  ...names('invalid_client', 'INVALID_CLIENT_SECRET'),
  /** Twitch. @see https://github.com/twitchdev/issues/issues/1037 and issues/1042 */
  { code: 'invalid_grant', status: [400, 401], says: { message: /^invalid (refresh token|grant)$/ } },
  { code: 'invalid_client', status: [400, 403], says: { message: /^invalid client( secret)?$/ } },
  { code: 'authorization_pending', status: [400], says: { message: 'authorization_pending' } },
  { code: 'expired_token', status: [400], says: { message: 'invalid device code' } },
  /** Atlassian. @see https://github.com/raycast/extensions/issues/11836 */
  {
    code: 'invalid_grant',
    status: [400, 401, 403],
    says: { error: 'unauthorized_client', error_description: /^refresh_token is invalid$/ },
  },
  /** Zoom, by the years. @see https://github.com/raycast/extensions/issues/10896 */
  { code: 'invalid_grant', status: [400, 401], says: { reason: /^invalid token!?$/ } },
  /** Zoho answers 200. @see https://help.zoho.com/portal/en/community/topic/kaizen-4-troubleshooting-oauth2-0 */
  {
    code: 'temporarily_unavailable',
    says: { error: 'access_denied', error_description: /too many requests/ },
  },
  /** Salesforce. @see https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_flow_errors.htm */
  { code: 'access_denied', says: { error: /^(inactive_user|inactive_org)$/ } },
  { code: 'temporarily_unavailable', says: { error: 'rate_limit_exceeded' } },
  /** OpenAI. @see https://github.com/qy527145/openai_token/issues/11 */
  { code: 'invalid_grant', says: { 'error.code': /^refresh_token_(expired|reused|invalidated|invalid)$/ } },
  ...names('invalid_grant', 'refresh_token_expired', 'refresh_token_reused', 'refresh_token_revoked'),
  /** Feishu and Lark. @see https://open.feishu.cn/document/authentication-management/access-token/refresh-user-access-token */
  { code: 'invalid_grant', says: { code: /^(20026|20037|20064|20073)$/ } },
  { code: 'invalid_client', says: { code: /^(20002|20048)$/ } },
  { code: 'server_error', says: { code: '20050' } },
  /** Withings answers 200. @see https://developer.withings.com/api-reference/#section/Response-status */
  { code: 'temporarily_unavailable', status: [200], says: { status: '601' } },
  {
    code: 'invalid_grant',
    status: [200],
    says: { status: /^(401|503)$/, error: /invalid (refresh_token|token|code)/ },
  },
])();

/** The row that a reply fits. */
export function dialectOf(status: number, content: unknown): Dialect | undefined {
  return DIALECTS.find((row) => {
    if (row.status && !row.status.includes(status)) return false;
    return Object.entries(row.says).every(([path, wanted]) =>
      valuesAt(content, path.split('.')).some((value) => fits(value, wanted)),
    );
  });
}

function fits(value: unknown, wanted: string | RegExp): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const text = String(value).trim();
  if (typeof wanted === 'string') return text.toLowerCase() === wanted.toLowerCase();
  return new RegExp(wanted.source, 'i').test(text.slice(0, LONGEST_WORDS));
}

/** What a service says is short. */
const LONGEST_WORDS = 500;

function valuesAt(value: unknown, [name, ...rest]: readonly string[]): unknown[] {
  if (name === undefined) return [value];
  const isList = name.endsWith('[]');
  const key = isList ? name.slice(0, -2) : name;
  if (!isJsonObject(value) || !Object.hasOwn(value, key)) return [];
  const inner = value[key];
  if (!isList) return valuesAt(inner, rest);
  return Array.isArray(inner) ? inner.slice(0, MOST_ENTRIES).flatMap((entry) => valuesAt(entry, rest)) : [];
}

const MOST_ENTRIES = 20;
