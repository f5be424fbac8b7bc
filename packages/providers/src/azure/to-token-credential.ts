import { ConfigurationError, type TokenSource } from '@everbearer/core';

/** What the Azure SDK clients call a TokenCredential, declared here so that no Azure package is needed. */
export interface AzureTokenCredential {
  /** A token for these scopes: one scope, or several. Rejects with the error of the token source. */
  getToken(scopes: string | string[], options?: AzureTokenOptions): Promise<AzureAccessToken>;
}

/** What Azure clients tell about the token they want. They pass more than this; the rest is ignored. */
export interface AzureTokenOptions {
  /** Ends this caller's wait; a renewal that others wait for goes on. */
  abortSignal?:
    | { readonly aborted: boolean; addEventListener(type: 'abort', listener: () => void): void }
    | undefined;
  /** A claims challenge as decoded JSON text. */
  claims?: string | undefined;
}

/** A token as Azure clients take it. */
export interface AzureAccessToken {
  /** The access token. A secret. */
  token: string;
  /** Milliseconds since the epoch; 10 minutes from now if the life of the token is unknown. */
  expiresOnTimestamp: number;
  /** Always `Bearer`. */
  tokenType: 'Bearer';
}

/** A token of unknown life is asked for again soon: the source answers from memory while the token works. */
const UNKNOWN_LIFE_MS = 10 * 60_000;

/**
 * A token source in the shape that Azure SDK clients take. The scopes they ask for are passed on. Nothing is kept
 * here, so a renewed token reaches them at their next ask. `getToken` rejects with a ConfigurationError for tokens that are bound
 * to a key (DPoP).
 * @throws {ConfigurationError} `source`, when it is not a token source
 */
export function toTokenCredential(source: TokenSource): AzureTokenCredential {
  if (typeof source?.getToken !== 'function') {
    throw new ConfigurationError({
      option: 'source',
      message: '`source` must be a token source. Pass what createTokenManager() returned.',
    });
  }
  return {
    async getToken(scopes, { abortSignal, claims } = {}) {
      const { token, expiresAt, dpop } = await source.getToken({
        scopes: typeof scopes === 'string' ? [scopes] : scopes,
        claims,
        signal: nativeSignal(abortSignal),
      });
      if (dpop) throw boundToken();
      return { token, expiresOnTimestamp: expiresAt ?? Date.now() + UNKNOWN_LIFE_MS, tokenType: 'Bearer' };
    },
  };
}

/** It is of no use without a proof, and shows up in the wrong place. */
function boundToken(): ConfigurationError {
  return new ConfigurationError({
    option: 'source',
    message:
      '`source` gives tokens that are bound to a key (DPoP), and Azure clients send bearer tokens alone. Pass one whose provider is made without `dpop: true`.',
  });
}

/** Old Azure clients pass abort signals of their own class. */
function nativeSignal(given: AzureTokenOptions['abortSignal']): AbortSignal | undefined {
  if (given === undefined || given instanceof AbortSignal) return given;
  if (given.aborted) return AbortSignal.abort();
  const controller = new AbortController();
  given.addEventListener('abort', () => controller.abort());
  return controller.signal;
}
