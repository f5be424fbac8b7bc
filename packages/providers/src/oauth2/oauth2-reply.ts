import { openIdAccount } from '../wire/id-token.ts';
import { type ReplyRules, textOf } from '../wire/token-reply.ts';

/** What GitHub calls otherwise; it answers with status 200, too. */
const GITHUB_NAMES: Readonly<Record<string, string>> = {
  incorrect_client_credentials: 'invalid_client',
  bad_verification_code: 'invalid_grant',
  incorrect_device_code: 'invalid_grant',
  device_flow_disabled: 'unauthorized_client',
};

/** How to read the replies of any OAuth 2.0 server. */
export const OAUTH2_REPLIES: ReplyRules = {
  codeOf(error, body) {
    // Google asks for a new sign-in (its session control) by a subtype.
    const subtype = textOf(body.error_subtype);
    if (error === 'invalid_grant' && subtype === 'invalid_rapt') return subtype;
    return Object.hasOwn(GITHUB_NAMES, error) ? (GITHUB_NAMES[error] as string) : error;
  },
  accountOf: openIdAccount,
};
