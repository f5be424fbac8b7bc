import type { TokenProvider } from '../contract/token-provider.ts';

/**
 * The key of a record: the same for the same provider and account on every machine, free of names, safe as a file
 * name. Tokens of the application itself and those of a person never meet in it, whatever the `id` of the provider says.
 * Never the scopes, since one refresh token serves them all.
 */
export function recordKey(
  { id, refresh }: Pick<TokenProvider, 'id' | 'refresh'>,
  account: string,
): Promise<string> {
  return digestOf(JSON.stringify([id, refresh ? 'person' : 'application', account]));
}

/** A name for a token, from which the token cannot be told. */
export async function fingerprint(token: string): Promise<string> {
  return (await digestOf(`seed\n${token}`)).slice(0, 16);
}

/** SHA-256 as base64url without padding. */
async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
