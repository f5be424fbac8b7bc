/**
 * The key of a record: the same for the same client and account on every machine, free of names, safe as a file
 * name. Never the scopes, since one refresh token serves them all.
 */
export async function recordKey(providerId: string, account: string): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify([providerId, account]));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
  return btoa(String.fromCharCode(...digest))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** Names what it is made from without giving it away. */
export async function fingerprint(token: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`seed\n${token}`));
  return btoa(String.fromCharCode(...new Uint8Array(digest).slice(0, 12)))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}
