import { ConfigurationError } from '@everbearer/core';
import { allows, safeOrigin } from '../session/allowed-origins.ts';
import type { TokenPlace } from './token-place.ts';

/** What a credential helper is told and gives back. */
export interface HelperCall {
  /** `get`, or another word that the caller puts behind the command. */
  action: string;
  /** What stands on standard input. */
  text: string;
  /** The name that goes with the token. Default `oauth2`. */
  user: string | undefined;
  /** Where the token may go. */
  origins: readonly string[];
  /** Where the token comes from. */
  place: Pick<TokenPlace, 'getToken'>;
  /** How long the token must live at least. */
  minLifeMs: number | undefined;
}

/**
 * The credential helper of git: `git config credential.helper '!everbearer token --output git-credential'`. It answers for the
 * origins of the set-up alone; for any other git asks its next helper. A token that git found refused is renewed.
 * @see https://git-scm.com/docs/git-credential
 */
export async function answerGit({
  action,
  text,
  user,
  origins,
  place,
  minLifeMs,
}: HelperCall): Promise<string> {
  const asked = attributesOf(text);
  if (!allows(origins, `${asked['protocol']}://${asked['host']}`)) return '';
  if (action === 'erase') {
    if (asked['password']) await place.getToken({ rejected: asked['password'] });
    return '';
  }
  // `store` asks to keep what came from here; words of later versions of git want no answer either.
  if (action !== 'get') return '';
  const { token, expiresAt, dpop } = await place.getToken({ minLifeMs });
  refuseProof(dpop);
  const end = expiresAt === undefined ? '' : `password_expiry_utc=${Math.floor(expiresAt / 1000)}\n`;
  return `username=${user ?? 'oauth2'}\npassword=${token}\n${end}`;
}

/** @throws {ConfigurationError} for a token that is refused without a proof for each request (RFC 9449) */
export function refuseProof(dpop: unknown): void {
  if (dpop === undefined) return;
  const message =
    'The tokens are bound to a key (DPoP), so a program of another kind cannot use them. Use: everbearer request';
  throw new ConfigurationError({ option: '--output', message });
}

function attributesOf(text: string): Readonly<Record<string, string | undefined>> {
  const pairs = text.split('\n').map((line) => {
    const at = line.indexOf('=');
    return [line.slice(0, Math.max(at, 0)), line.slice(at + 1).replace(/\r$/, '')] as const;
  });
  return Object.fromEntries(pairs);
}

/** @throws {ConfigurationError} for an origin to which no token goes */
export function needOrigins(origins: readonly string[]): void {
  if (origins.length > 0 && origins.every((each) => safeOrigin(each) !== undefined)) return;
  const message =
    'A credential helper is asked for any host. Say which ones may get the token: --origin https://HOST (http on loopback alone), or `origins` in the configuration.';
  throw new ConfigurationError({ option: 'origins', message });
}
