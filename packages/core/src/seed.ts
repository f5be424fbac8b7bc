import type { CredentialRecord } from './credential-record.ts';
import { type AuthError, isAuthError, TokenBackendError } from './errors.ts';
import { tokenFault } from './token.ts';
import type { TokenBackend } from './token-backend.ts';
import type { TokenSet } from './token-provider.ts';

/** A credential to begin with, from an environment variable or a mounted secret. */
export interface SeedCredential {
  /** Tells one seed from the next without holding it. */
  id: string;
  tokens: TokenSet;
}

/** Reads the seed anew at each call: a mounted secret may change under the process. */
export interface Seed {
  /** @throws {TokenBackendError} when there is one that cannot be read; the content is never quoted */
  read(): Promise<SeedCredential | undefined>;
  /**
   * The seed, if this record has not seen it. One that cannot be read is no obstacle to a living session.
   * @throws {TokenBackendError} as `read`, when there is no record to go on with
   */
  fresh(record: CredentialRecord | undefined): Promise<SeedCredential | undefined>;
  /** The client is set up wrongly: not tried again until the seed changes or the process restarts. */
  setAside(id: string, error: AuthError): void;
  /** Why the seed that is there was set aside. */
  readonly fault: AuthError | undefined;
}

export function createSeed(backend: TokenBackend | undefined, recordKey: Promise<string>): Seed {
  let last: { data: string; seed: SeedCredential } | undefined;
  let aside: { id: string; error: AuthError } | undefined;

  async function read(): Promise<SeedCredential | undefined> {
    if (!backend) return undefined;
    const data = await loadText(backend, await recordKey);
    if (data === undefined) return undefined;
    if (last?.data !== data) last = { data, seed: await parseSeed(data) };
    return last.seed;
  }

  return {
    read,
    async fresh(record) {
      try {
        const seed = await read();
        if (seed?.id !== aside?.id) aside = undefined;
        return !seed || aside || record?.seedIds.includes(seed.id) ? undefined : seed;
      } catch (error) {
        if (record) return undefined;
        throw error;
      }
    },
    setAside(id, error) {
      aside = { id, error };
    },
    get fault() {
      return aside?.error;
    },
  };
}

async function loadText(backend: TokenBackend, key: string): Promise<string | undefined> {
  try {
    return (await backend.load(key))?.data;
  } catch (cause) {
    if (isAuthError(cause)) throw cause;
    throw new TokenBackendError('The seed cannot be read. Check where it comes from.', {
      code: 'unavailable',
      cause,
    });
  }
}

/**
 * A raw refresh token, a token response as JSON, or base64 of such JSON.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
async function parseSeed(text: string): Promise<SeedCredential> {
  const trimmed = text.trim();
  const response = jsonObject(trimmed) ?? jsonObject(fromBase64(trimmed));
  const refreshToken = response ? response['refresh_token'] : trimmed;
  const accessToken = response?.['access_token'];
  const tokens: TokenSet = {
    ...(isToken(refreshToken) && { refreshToken }),
    ...(!isToken(refreshToken) && isToken(accessToken) && { accessToken }),
  };
  if (tokens.refreshToken === undefined && tokens.accessToken === undefined) {
    throw new TokenBackendError(
      'The seed holds no token. Put a refresh token there, a token response as JSON, or base64 of that JSON.',
      { code: 'damaged' },
    );
  }
  return { id: await fingerprint(tokens.refreshToken ?? (tokens.accessToken as string)), tokens };
}

const isToken = (value: unknown): value is string => tokenFault(value) === undefined;

function jsonObject(text: string | undefined): Record<string, unknown> | undefined {
  if (!text?.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new TokenBackendError('The seed looks like JSON and is not. Put the whole token response there.', {
      code: 'damaged',
    });
  }
}

function fromBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/_=\s-]+$/.test(text)) return undefined;
  try {
    return atob(text.replaceAll('-', '+').replaceAll('_', '/')).trim();
  } catch {
    return undefined;
  }
}

/** Names what it is made from without giving it away. */
export async function fingerprint(token: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`seed\n${token}`));
  return btoa(String.fromCharCode(...new Uint8Array(digest).slice(0, 12)))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}
