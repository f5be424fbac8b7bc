import { isObject, isTextList, need, needInstant } from '../check-option.ts';
import type { TokenSet, TokenUser } from '../contract/token-provider.ts';
import { type ReceivedTokens, receiveTokens } from '../record/received-tokens.ts';
import { refreshTokenFault } from '../record/refresh-token-fault.ts';
import { isBearer, tokenFault } from '../token-fault.ts';
import { refuseUnknownOptions } from '../unknown-options.ts';

const MEMBERS: Record<keyof TokenSet, 1> = {
  accessToken: 1,
  tokenType: 1,
  expiresAt: 1,
  renewAt: 1,
  refreshToken: 1,
  refreshTokenExpiresAt: 1,
  scopes: 1,
  idToken: 1,
  user: 1,
  serverDate: 1,
  missingScopes: 1,
  refusal: 1,
};

/**
 * The checks of a reply, stricter: a person waits and can mend it. Tokens are taken at their word, so an access token
 * that has ended already is left out and renewed before the first use.
 * @throws {ConfigurationError} that names the part and the remedy
 */
export function receiveFromCaller(tokens: TokenSet, now: number): ReceivedTokens {
  needTokens(isObject(tokens));
  refuseUnknownOptions(tokens, Object.keys(MEMBERS), 'signIn()', 'tokens.');
  const { accessToken, refreshToken, expiresAt } = tokens;
  const accessFault = accessToken === undefined ? undefined : tokenFault(accessToken);
  const refreshFault = refreshToken === undefined ? undefined : refreshTokenFault(refreshToken);
  checkToken('accessToken', accessFault, refreshToken);
  checkToken('refreshToken', refreshFault, accessToken);
  for (const part of ['expiresAt', 'renewAt', 'refreshTokenExpiresAt'] as const) {
    needInstant(tokens[part], `tokens.${part}`);
  }
  const { scopes, user } = tokens;
  need(scopes === undefined || isTextList(scopes), 'tokens.scopes', 'must be a list of scopes.');
  if (user !== undefined) checkUser(user);
  const ended = expiresAt !== undefined && expiresAt <= now;
  const hasAccess = accessToken !== undefined && accessFault === undefined && !ended;
  needTokens(hasAccess || (refreshToken !== undefined && refreshFault === undefined));
  need(
    ended || accessToken === undefined || isBearer(tokens.tokenType),
    'tokens.accessToken',
    'is not of the type Bearer. Pass a bearer token: no other can be sent.',
  );
  // They may have been received long ago: the date of that reply says nothing of now.
  const { serverDate: _then, ...undated } = tokens;
  const { accessToken: _ended, ...withoutAccess } = undated;
  return receiveTokens(ended ? withoutAccess : undated, now);
}

/** A token that is wrong beside a good one is named; alone it leaves nothing to begin with. */
function checkToken(part: string, fault: string | undefined, other: unknown): void {
  need(!fault || other === undefined, `tokens.${part}`, `${fault}. Pass it as it was issued.`);
}

function checkUser(user: TokenUser): void {
  refuseUnknownOptions(user, ['id', 'username', 'tenantId'], 'signIn()', 'tokens.user.');
  for (const [name, value] of Object.entries(user))
    need(value === undefined || typeof value === 'string', `tokens.user.${name}`, 'must be a text.');
}

function needTokens(holds: boolean): void {
  need(holds, 'tokens', 'must hold an `accessToken` that has not ended, a `refreshToken`, or both.');
}
