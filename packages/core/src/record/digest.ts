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
  return btoa(String.fromCharCode(...(await sha256(text))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

async function sha256(text: string): Promise<Uint8Array> {
  // Setting up Web Crypto takes a new process on Node 3 ms of the 90 until its first answer.
  const node = (globalThis as OnNode).process?.getBuiltinModule?.('crypto');
  if (node) return node.createHash('sha256').update(text).digest();
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

interface OnNode {
  process?: { getBuiltinModule?(name: 'crypto'): NodeCrypto | undefined };
}

interface NodeCrypto {
  createHash(algorithm: 'sha256'): { update(text: string): { digest(): Uint8Array } };
}
