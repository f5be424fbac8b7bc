import { openIdUser } from '../wire/id-token.ts';
import { type ReplyRules, textOf } from '../wire/token-reply.ts';

/**
 * What GitHub calls otherwise, also with status 200.
 * @see https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors
 */
const GITHUB_NAMES: ReadonlyMap<string, string> = new Map([
  ['bad_refresh_token', 'invalid_grant'],
  ['bad_verification_code', 'invalid_grant'],
  ['incorrect_client_credentials', 'invalid_client'],
  ['incorrect_device_code', 'invalid_grant'],
  ['device_flow_disabled', 'unauthorized_client'],
]);

/** How to read the replies of any OAuth 2.0 server. */
export const OAUTH2_REPLIES: ReplyRules = {
  wordsOf(error, body) {
    // Google's session control: a person must sign in again, and the refresh token then works again.
    const subtype = textOf(body.error_subtype);
    if (error === 'invalid_grant' && subtype === 'invalid_rapt')
      return { code: 'interaction_required', serverCode: `${error}, invalid_rapt` };
    if (error === 'invalid_grant') return { code: error, passes: subtype === 'rapt_required' };
    const code = GITHUB_NAMES.get(error);
    return code === undefined ? { code: error } : { code, serverCode: error };
  },
  userOf: openIdUser,
};
