import type { TokenSet } from '../contract/token-provider.ts';
import { ConfigurationError } from '../errors/configuration-error.ts';
import { TokenEndpointError } from '../errors/token-endpoint-error.ts';
import { type ReceivedTokens, receiveTokens } from '../record/received-tokens.ts';
import { tokenFault } from '../token-fault.ts';

/**
 * The checks of a reply, stricter: a person waits and can mend it. Tokens are taken at their word, so an access token
 * that has ended already is left out and renewed before the first use.
 * @throws {ConfigurationError} that names the part and the remedy
 */
export function receiveFromCaller(tokens: TokenSet, now: number): ReceivedTokens {
  if (typeof tokens !== 'object' || tokens === null) throw unusable();
  for (const part of ['accessToken', 'refreshToken'] as const) {
    const fault = tokens[part] === undefined ? undefined : tokenFault(tokens[part]);
    const other = part === 'refreshToken' ? tokens.accessToken : tokens.refreshToken;
    if (fault && other !== undefined)
      throw new ConfigurationError({
        option: `tokens.${part}`,
        message: `\`${part}\` ${fault}. Pass it as it was issued.`,
      });
  }
  for (const part of ['expiresAt', 'renewAt', 'refreshTokenExpiresAt'] as const) {
    const value: unknown = tokens[part];
    if (value === undefined || (typeof value === 'number' && !Number.isNaN(value))) continue;
    throw new ConfigurationError({
      option: `tokens.${part}`,
      message: `\`${part}\` must be milliseconds since the epoch, or left out.`,
    });
  }
  // They may have been received long ago: the date of that reply says nothing of now.
  const { serverDate: _then, ...undated } = tokens;
  const { accessToken: _ended, ...withoutAccess } = undated;
  const ended = tokens.expiresAt !== undefined && tokens.expiresAt <= now;
  try {
    const received = receiveTokens(ended ? withoutAccess : undated, now);
    if (ended || tokens.accessToken === undefined || received.fault === undefined) return received;
    throw new ConfigurationError({
      option: 'tokens.accessToken',
      message: `The access token ${received.fault}. Pass a bearer token: no other can be sent.`,
    });
  } catch (error) {
    if (error instanceof TokenEndpointError) throw unusable();
    throw error;
  }
}

function unusable(): ConfigurationError {
  return new ConfigurationError({
    option: 'tokens',
    message:
      'signIn() needs a token set with an `accessToken` that has not ended, a `refreshToken`, or both, as they were issued.',
  });
}
