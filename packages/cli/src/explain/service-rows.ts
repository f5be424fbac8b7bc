import type { Refusal } from './refusal.ts';
import type { RefusalRow } from './refusal-row.ts';

const GRAPH = 'https://learn.microsoft.com/graph/resolve-auth-errors';
const GOOGLE = 'https://cloud.google.com/apis/design/errors';
const GITHUB = 'https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api';

/** What services say in the body. */
export const SERVICE_ROWS: readonly RefusalRow[] = [
  {
    name: 'graph_empty_token',
    applies: says('InvalidAuthenticationToken', /is empty|token is missing/i),
    meaning: 'Microsoft Graph got no token: the header was missing, or there was nothing in it.',
    remedy:
      'Send it through createAuthFetch() or bearerAuth(), which send nothing without a token. To see who sets the header: everbearer trace -- node app.js',
    source: GRAPH,
  },
  {
    name: 'graph_ended',
    applies: says('InvalidAuthenticationToken', /expired|lifetime validation|not yet valid|IDX10223/i),
    meaning: 'Microsoft Graph says that the token has ended, or is not valid yet.',
    remedy:
      'A program that keeps tokens by itself has kept it too long; everbearer renews it and sends again. If the token is new, a clock is wrong: everbearer doctor',
    source: GRAPH,
  },
  {
    name: 'graph_audience',
    applies: says('InvalidAuthenticationToken', /audience|IDX10214/i),
    meaning: ({ audience }) =>
      `The token is for another API${audience ? `: its audience is ${audience}` : ''}.`,
    remedy:
      'Ask for scopes of Microsoft Graph (https://graph.microsoft.com/...). Scopes of two APIs in one request give a token for the first alone.',
    source: GRAPH,
  },
  {
    name: 'graph_damaged',
    applies: says(
      'InvalidAuthenticationToken',
      /parsing failed|80049217|not well formed|IDX12741|malformed/i,
    ),
    meaning:
      'What was sent is not a token of Entra: it was cut, quoted, or is something else, such as a refresh token.',
    remedy:
      'Look at what the program puts behind `Bearer`: quotation marks, a line end, a whole JSON answer? A work account and a personal one have tokens of different forms.',
    source: GRAPH,
  },
  {
    name: 'graph_signature',
    applies: says('InvalidAuthenticationToken', /signature|IDX10500|IDX10511/i),
    meaning:
      'The signature of the token does not fit: it was changed, or it is a token for another API with a nonce in it.',
    remedy: 'Hand the token on as it was issued. If it is for another API, ask for scopes of this one.',
    source: GRAPH,
  },
  {
    name: 'graph_revoked',
    applies: says(
      /^(TokenNotFound|InvalidAuthenticationToken|TokenCreatedWithOutdatedPolicies|LocationConditionEvaluationSatisfied|UserDisabled)$/,
      /TokenNotFound|outdated policies|TokenIssuedBeforeRevocationTimestamp|revoked|continuous access/i,
    ),
    meaning: 'The token was revoked: a password was changed, or a policy was.',
    remedy: 'everbearer renews it. If that is refused, the person signs in again: everbearer login',
    source: GRAPH,
  },
  {
    name: 'graph_token',
    applies: says('InvalidAuthenticationToken', /(?:)/),
    meaning: 'Microsoft Graph does not accept the token.',
    remedy:
      'everbearer renews it and sends again. If that is refused as well, compare audience, tenant and scopes.',
    source: GRAPH,
  },
  {
    name: 'graph_no_account',
    applies: says(
      /^(Authorization_IdentityNotFound|InvalidMsaTicket|UserNotFound|MailboxNotEnabledForRESTAPI)$/,
      /(?:)/,
    ),
    meaning:
      'The token is good, and nobody is found for it: the tenant does not know the application or the user, or the user has no mailbox.',
    remedy:
      'Compare the tenant of the set-up with that of the user, and whether the user has a licence with a mailbox.',
    source: GRAPH,
  },
  {
    name: 'graph_permission',
    applies: says(
      /^(Authorization_RequestDenied|ErrorAccessDenied|accessDenied|AccessDenied|AuthorizationFailed)$/,
      /(?:)/,
    ),
    meaning: 'The token lacks a permission, or its user may not do this.',
    remedy:
      'Which permission does the page of this call name? Delegated ones need the consent of the user or an administrator, application ones that of an administrator; then sign in again: everbearer login',
    source: GRAPH,
  },
  {
    name: 'google_scope',
    applies: says(/^(ACCESS_TOKEN_SCOPE_INSUFFICIENT|insufficientPermissions)$/, /(?:)/),
    meaning: 'The token lacks a scope.',
    remedy: 'Add the scope to the set-up and sign in again: everbearer login',
    source: GOOGLE,
  },
  {
    name: 'google_missing',
    applies: says(/^(CREDENTIALS_MISSING)$/, /(?:)/),
    meaning: 'Google got no token.',
    remedy:
      'Send it through createAuthFetch() or bearerAuth(). To see who sets the header: everbearer trace -- node app.js',
    source: GOOGLE,
  },
  {
    name: 'google_token',
    applies: says(/^(ACCESS_TOKEN_EXPIRED|ACCESS_TOKEN_TYPE_UNSUPPORTED|authError|UNAUTHENTICATED)$/, /(?:)/),
    meaning: 'Google does not accept the token: it has ended, was revoked, or is of another kind.',
    remedy:
      'everbearer renews it and sends again. An application in testing has refresh tokens of seven days: publish it, or sign in again: everbearer login',
    source: GOOGLE,
  },
  {
    name: 'github_token',
    applies: ({ message }) => /^bad credentials/i.test(message ?? ''),
    meaning: 'GitHub does not know the token: it has ended, or was revoked.',
    remedy:
      'everbearer renews tokens of GitHub Apps. Those of OAuth Apps have no end; one that was revoked needs a new sign-in: everbearer login',
    source: GITHUB,
  },
  {
    name: 'github_missing',
    applies: ({ message }) => /^requires authentication/i.test(message ?? ''),
    meaning: 'GitHub got no token.',
    remedy:
      'Send it through createAuthFetch() or bearerAuth(). To see who sets the header: everbearer trace -- node app.js',
    source: GITHUB,
  },
  {
    name: 'github_permission',
    applies: ({ message }) => /^resource not accessible by/i.test(message ?? ''),
    meaning: 'The token is good, and its application lacks a permission for this.',
    remedy: 'Add the permission to the GitHub App, and accept it where it is installed.',
    source: GITHUB,
  },
  {
    name: 'rate_limit',
    applies: ({ status, message }) => status === 403 && /rate limit|quota/i.test(message ?? ''),
    meaning: 'Too many requests were made. The token is good.',
    remedy: 'Wait as long as the answer says (Retry-After, X-RateLimit-Reset), and ask less often.',
    source: 'https://www.rfc-editor.org/rfc/rfc6585#section-4',
  },
];

function says(code: string | RegExp, message: RegExp): (refusal: Refusal) => boolean {
  return (refusal) => {
    const found = refusal.code ?? '';
    return (
      (typeof code === 'string' ? code === found : code.test(found)) && message.test(refusal.message ?? '')
    );
  };
}
