import { isObject, need } from '../check-option.ts';
import type { TokenProvider, TokenSet, TokenUser } from '../contract/token-provider.ts';
import { ANYTHING, checkOptions, INSTANT, type OptionRule, SCOPES, TEXT } from '../option-rules.ts';
import { type ReceivedTokens, receiveTokens } from '../record/received-tokens.ts';
import { refreshTokenFault } from '../record/refresh-token-fault.ts';
import { tokenFault, typeFault } from '../token-fault.ts';

const MEMBERS: Readonly<Record<keyof TokenSet, OptionRule>> = {
  accessToken: ANYTHING,
  tokenType: ANYTHING,
  dpopKey: [
    (key) => key === undefined || tokenFault(key) === undefined,
    'the private key as the text of a JWK, without blanks',
  ],
  expiresAt: INSTANT,
  renewAt: INSTANT,
  refreshToken: ANYTHING,
  refreshTokenExpiresAt: INSTANT,
  scopes: SCOPES,
  idToken: ANYTHING,
  user: ANYTHING,
  serverDate: ANYTHING,
  kept: ANYTHING,
  missingScopes: ANYTHING,
  refusal: ANYTHING,
};

const OF_USER: Readonly<Record<keyof TokenUser, OptionRule>> = { id: TEXT, username: TEXT, tenantId: TEXT };

/**
 * The checks of a reply, stricter: a person waits and can mend it. Tokens are taken at their word, so an access token
 * that has ended already is left out and renewed before the first use.
 * @throws {ConfigurationError} that names the part and the remedy
 */
export function receiveFromCaller(
  tokens: TokenSet,
  now: number,
  { prover }: Pick<TokenProvider, 'prover'>,
): ReceivedTokens {
  needTokens(isObject(tokens));
  need(
    !('access_token' in tokens || 'refresh_token' in tokens),
    'tokens',
    'is a token response, in snake_case and seconds. Pass fromTokenResponse(tokens), of @everbearer/providers/sign-in.',
  );
  checkOptions(tokens, MEMBERS, 'signIn()', 'tokens.');
  const { accessToken, refreshToken, dpopKey, expiresAt, user } = tokens;
  if (user !== undefined) checkOptions(user, OF_USER, 'signIn()', 'tokens.user.');
  const accessFault = accessToken === undefined ? undefined : tokenFault(accessToken);
  const refreshFault = refreshToken === undefined ? undefined : refreshTokenFault(refreshToken);
  checkToken('accessToken', accessFault, refreshToken);
  checkToken('refreshToken', refreshFault, accessToken);
  const ended = expiresAt !== undefined && expiresAt <= now;
  const hasAccess = accessToken !== undefined && accessFault === undefined && !ended;
  needTokens(hasAccess || (refreshToken !== undefined && refreshFault === undefined));
  const wrong =
    ended || accessToken === undefined ? undefined : typeFault(tokens.tokenType, prover && dpopKey);
  need(!wrong, 'tokens.accessToken', `${wrong}. Pass a token that can be sent.`);
  // They may have been received long ago: the date of that reply says nothing of now.
  const { serverDate: _then, ...undated } = tokens;
  const { accessToken: _ended, ...withoutAccess } = undated;
  return receiveTokens(ended ? withoutAccess : undated, now);
}

/** A token that is wrong beside a good one is named; alone it leaves nothing to begin with. */
function checkToken(part: string, fault: string | undefined, other: unknown): void {
  need(!fault || other === undefined, `tokens.${part}`, `${fault}. Pass it as it was issued.`);
}

function needTokens(holds: boolean): void {
  need(holds, 'tokens', 'must hold an `accessToken` that has not ended, a `refreshToken`, or both.');
}
