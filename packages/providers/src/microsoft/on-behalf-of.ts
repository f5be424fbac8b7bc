import { ConfigurationError, TokenEndpointError } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import { requireMembers, requireText } from '../options/require-option.ts';
import { ENTRA_REPLIES } from '../servers/entra-reply.ts';
import type { SignInProvider } from '../sign-in/sign-in-provider.ts';
import { abortedFirst, signInRequestSignal } from '../sign-in/sign-in-signal.ts';
import { claimsParameter } from '../wire/claims-parameter.ts';
import { jsonObjectIn } from '../wire/json-object.ts';
import type { TokenReply } from '../wire/token-reply.ts';
import { tokensOf } from '../wire/tokens-of.ts';
import { ClaimsChallengeError } from './claims-challenge-error.ts';
import type { MicrosoftSettings } from './microsoft-options.ts';
import { msalCall } from './msal-call.ts';

/** For whom an API of yours wants tokens. */
export interface OnBehalfOfOptions {
  /** The access token that your API was called with, after you have checked it. A secret. */
  userAssertion: string;
  /** A claims challenge as decoded JSON text. Default: none. */
  claims?: string | undefined;
  /** Aborts the request; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

const KNOWN = /* @__PURE__ */ Object.keys({
  userAssertion: true,
  claims: true,
  signal: true,
} satisfies Record<keyof OnBehalfOfOptions, true>);

/** A provider of `microsoft()` at which people sign in, or an API acts for those who call it. */
export interface MicrosoftProvider extends SignInProvider {
  /**
   * Tokens of another API for the user who called yours (the on-behalf-of flow). They are a sign-in: hand them to `signIn()` of
   * that user's token manager, which keeps them alive from then on. Name the account with `entraAccount()`, so that no user
   * gets the tokens of another. It needs a secret, certificate or assertion.
   * @throws {ConfigurationError} naming the option that is missing or unusable, or `clientSecret` for a public client
   * @throws {ClaimsChallengeError} when the user must prove more
   * @throws {TokenEndpointError} another refusal of Entra
   * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow
   */
  onBehalfOf(options: OnBehalfOfOptions): Promise<TokenSet>;
}

/** The on-behalf-of flow with these settings. */
export async function onBehalfOf(settings: MicrosoftSettings, options: OnBehalfOfOptions): Promise<TokenSet> {
  requireMembers('onBehalfOf()', options, KNOWN, '{ userAssertion }');
  const oboAssertion = assertionOf(options);
  if (!settings.isConfidential) {
    throw new ConfigurationError({
      option: 'clientSecret',
      message:
        '`clientSecret`, `clientCertificate` or `clientAssertion` is needed for onBehalfOf(). Give one of them to microsoft().',
    });
  }
  const { signal, claims } = options;
  if (claims !== undefined && !(typeof claims === 'string' && jsonObjectIn(claims)))
    throw refused('claims', 'must be a JSON object as text. Decode what a header carries: it is base64.');
  signal?.throwIfAborted();
  const request = { oboAssertion, scopes: [...settings.scopes], skipCache: true, ...claimsParameter(claims) };
  const call = msalCall(settings, { signal: signInRequestSignal(signal) }, async (client) => {
    if ('acquireTokenOnBehalfOf' in client) await client.acquireTokenOnBehalfOf(request);
  });
  const reply = await abortedFirst(signal, call);
  return tokensOrChallenge(reply);
}

function assertionOf({ userAssertion }: OnBehalfOfOptions): string {
  const remedy = 'Pass the access token that your API was called with, without the word Bearer.';
  const assertion = requireText('userAssertion', userAssertion, remedy);
  if (/\s/.test(assertion)) throw refused('userAssertion', `is not a token alone. ${remedy}`);
  return assertion;
}

function refused(option: string, fault: string): ConfigurationError {
  return new ConfigurationError({ option, message: `\`${option}\` ${fault}` });
}

function tokensOrChallenge(reply: TokenReply): TokenSet {
  const claims = reply.body?.['claims'];
  try {
    return tokensOf(reply, ENTRA_REPLIES);
  } catch (error) {
    if (!(error instanceof TokenEndpointError) || typeof claims !== 'string' || !jsonObjectIn(claims))
      throw error;
    const { code, status, passes, description, retryAfterMs } = error;
    throw new ClaimsChallengeError({ code, status, passes, description, retryAfterMs, claims });
  }
}
