/** The scopes of a reply: separated by spaces as RFC 6749 says, by commas as GitHub and Slack do, or in a list. */
export function scopesIn(scope: unknown): string[] | undefined {
  const text = Array.isArray(scope) ? scope.filter((each) => typeof each === 'string').join(' ') : scope;
  if (typeof text !== 'string') return undefined;
  const scopes = text.split(/[\s,]+/).filter(Boolean);
  return scopes.length > 0 ? scopes : undefined;
}

/**
 * Scopes that ask for something else than access: what becomes of them shows in the ID token, or in the refresh token. Servers
 * answer with or without them.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims
 */
const NO_ACCESS = /^(openid|profile|email|address|phone|offline_access|offline|refresh_token)$/;

/**
 * Which of the scopes that were asked for were not granted; undefined when none is missing, or when the reply does not say.
 * A scope counts as granted also with the address of its resource before it (Entra), in another case, or as a part of a wider
 * one (GitHub: `repo` for `repo:status`).
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.3
 */
export function missingScopes(
  asked: readonly string[],
  granted: readonly string[] | undefined,
): readonly string[] | undefined {
  if (granted === undefined) return undefined;
  const all = granted.map((scope) => scope.toLowerCase());
  const isGranted = (scope: string) => {
    const wanted = scope.toLowerCase();
    if (NO_ACCESS.test(wanted) || wanted.endsWith('/.default')) return true;
    return all.some(
      (each) =>
        each === wanted ||
        each.endsWith(`/${wanted}`) ||
        wanted.endsWith(`/${each}`) ||
        wanted.startsWith(`${each}:`),
    );
  };
  const missing = asked.filter((scope) => !isGranted(scope));
  return missing.length > 0 ? missing : undefined;
}
