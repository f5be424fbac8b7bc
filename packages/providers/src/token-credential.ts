import { ConfigurationError, type TokenSource } from '@everbearer/core';

/** What the Azure SDK clients call a TokenCredential, written down here so that none of them is needed. */
export interface AzureTokenCredential {
  getToken(scopes: string | string[], options?: AzureTokenOptions): Promise<AzureAccessToken>;
}

export interface AzureTokenOptions {
  abortSignal?:
    | { readonly aborted: boolean; addEventListener(type: 'abort', listener: () => void): void }
    | undefined;
  /** A claims challenge as decoded JSON text. */
  claims?: string | undefined;
}

export interface AzureAccessToken {
  token: string;
  /** Milliseconds since the epoch. */
  expiresOnTimestamp: number;
  tokenType: 'Bearer';
}

/** A token of unknown life is looked at again soon: the source answers from memory while it works. */
const UNKNOWN_LIFE_MS = 10 * 60_000;

/**
 * A token source in the shape that Azure SDK clients take. The scopes they ask for are passed on; nothing is kept
 * here, so that a token renewed meanwhile reaches them.
 * @throws {ConfigurationError} `source`, when it is no token source
 */
export function tokenCredential(source: TokenSource): AzureTokenCredential {
  if (typeof source?.getToken !== 'function') {
    throw new ConfigurationError({
      option: 'source',
      message: '`source` must be a token source. Pass what createTokenManager() returned.',
    });
  }
  return {
    async getToken(scopes, { abortSignal, claims } = {}) {
      const { token, expiresAt } = await source.getToken({
        scopes: typeof scopes === 'string' ? [scopes] : scopes,
        claims,
        signal: nativeSignal(abortSignal),
      });
      return { token, expiresOnTimestamp: expiresAt ?? Date.now() + UNKNOWN_LIFE_MS, tokenType: 'Bearer' };
    },
  };
}

/** Old Azure clients bring signals of their own making. */
function nativeSignal(given: AzureTokenOptions['abortSignal']): AbortSignal | undefined {
  if (given === undefined || given instanceof AbortSignal) return given;
  if (given.aborted) return AbortSignal.abort();
  const controller = new AbortController();
  given.addEventListener('abort', () => controller.abort());
  return controller.signal;
}
