import { ConfigurationError } from '@everbearer/core';
import type { ProviderContext, TokenSet } from '@everbearer/core/contract';
import { providerId } from '../options/provider-id.ts';
import { requireMembers, requireScopes, requireText } from '../options/require-option.ts';
import { ENTRA_PROFILE } from '../servers/entra-profile.ts';
import type { ClientCredentialsProvider } from '../sign-in/client-credentials-provider.ts';
import { credentialFailure, noToken } from './credential-failure.ts';

/** What every credential of the Azure SDK is, as far as it is used here: those of `@azure/identity`, and your own. */
export interface AzureCredential {
  /** A token for these scopes, or null. */
  getToken(scopes: string[], options?: AzureCredentialAsk): Promise<AzureCredentialToken | null>;
}

/** What such a credential is told about the token that is wanted. */
export interface AzureCredentialAsk {
  /** Ends the request; an AbortSignal. */
  abortSignal?: { readonly aborted: boolean } | undefined;
  /** A claims challenge as decoded JSON text. */
  claims?: string | undefined;
  /** Always true: claims challenges are understood here. */
  enableCae?: boolean | undefined;
}

/** A token as such a credential hands it out. */
export interface AzureCredentialToken {
  /** The access token. A secret. */
  token: string;
  /** Milliseconds since the epoch. */
  expiresOnTimestamp: number;
  /** When it should be renewed, in milliseconds since the epoch. */
  refreshAfterTimestamp?: number | undefined;
  /** `Bearer` or absent; another type cannot be used here. */
  tokenType?: string | undefined;
}

/** Options of `fromTokenCredential()`. */
export interface FromTokenCredentialOptions {
  /** What to ask for, mostly one scope that ends in `/.default`. */
  scopes: readonly string[];
  /**
   * Whose tokens these are, in your words, where processes share a store: whatever has the same name shares its tokens. Default:
   * a name of its own for each call, so that nothing is shared.
   */
  name?: string | undefined;
}

const KNOWN = /* @__PURE__ */ Object.keys({
  scopes: true,
  name: true,
} satisfies Record<keyof FromTokenCredentialOptions, true>);

/**
 * A provider whose tokens come from a credential of the Azure SDK: `DefaultAzureCredential`, `AzureCliCredential`, one of your
 * own. The token manager over it asks no more often than needed, so the credential need not keep anything, and a claims
 * challenge of an API goes on to it. A credential that hands out the same token again has said that it is good.
 *
 * `acquire` throws a TokenEndpointError in place of what the credential throws, with the number of Entra and its remedy.
 * @throws {ConfigurationError} `credential`, `scopes` or `name`, when it cannot be used, or an unknown option
 */
export function fromTokenCredential(
  credential: AzureCredential,
  options: FromTokenCredentialOptions,
): ClientCredentialsProvider {
  if (typeof credential?.getToken !== 'function') {
    throw new ConfigurationError({
      option: 'credential',
      message:
        '`credential` must have a method getToken(). Pass for instance new DefaultAzureCredential() of @azure/identity.',
    });
  }
  const example = "{ scopes: ['https://graph.microsoft.com/.default'] }";
  requireMembers('fromTokenCredential()', options, KNOWN, example);
  const scopes = requireScopes(options.scopes);
  const { name = crypto.randomUUID() } = options;
  requireText('name', name, 'Leave it out unless processes share a store.');
  let hasGiven = false;
  return {
    id: providerId({ issuer: 'urn:azure:token-credential', clientId: name, grant: 'token_credential' }),
    profile: ENTRA_PROFILE,
    scopes,
    async acquire(context) {
      const tokens = await acquire(credential, context, hasGiven);
      hasGiven = true;
      return tokens;
    },
  };
}

async function acquire(
  credential: AzureCredential,
  { scopes, claims, signal, beforeSend }: ProviderContext,
  hasGiven: boolean,
): Promise<TokenSet> {
  beforeSend?.();
  // Our guard answers claims challenges, so tokens that can be revoked early are welcome.
  const options = { abortSignal: signal, enableCae: true, ...(claims !== undefined && { claims }) };
  let received: AzureCredentialToken | null;
  try {
    received = await credential.getToken([...scopes], options);
  } catch (error) {
    throw credentialFailure(error, signal, hasGiven);
  }
  if (typeof received?.token !== 'string' || received.token === '') throw noToken();
  const { token, expiresOnTimestamp, refreshAfterTimestamp, tokenType } = received;
  const expiresAt = instant(expiresOnTimestamp);
  const renewAt = instant(refreshAfterTimestamp);
  return {
    accessToken: token,
    ...(tokenType !== undefined && { tokenType }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(renewAt !== undefined && { renewAt }),
  };
}

const YEAR_2001_MS = 1e12 - 1;

/** Milliseconds since the epoch; anything else, such as seconds, says nothing. */
const instant = (value: unknown) =>
  typeof value === 'number' && Number.isSafeInteger(Math.floor(value)) && value > YEAR_2001_MS
    ? Math.floor(value)
    : undefined;
