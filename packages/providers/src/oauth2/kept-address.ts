import { ConfigurationError, type TokenManager } from '@everbearer/core';
import { endpointFault } from '../options/endpoint-fault.ts';

/** The address of an API that comes with the tokens. */
export interface KeptAddress {
  /** For `origins`: allows the origin of that address alone, as it is at each request; nothing before it is known. */
  readonly origins: (url: URL) => boolean;
  /**
   * The absolute address of a path below it, for instance `url('/services/data/')`. Where nothing is known yet, the store is looked at, and
   * then a token is asked for.
   * @throws {ConfigurationError} `keep`, when no reply brought it, or when it is no address that tokens may go to
   * @throws {AuthError} as `getToken()` does
   */
  url(path?: string): Promise<string>;
}

/**
 * The address that a server sends beside the tokens and `keep` of the provider names: `instance_url` of Salesforce, `api_domain` of Zoho
 * and Pipedrive. It is https, or http on loopback; a host alone counts as https.
 *
 * ```ts
 * const api = keptAddress(tokens, 'instance_url');
 * const fetch = createAuthFetch(tokens, { origins: api.origins });
 * const response = await fetch(await api.url('/services/data/'));
 * ```
 * @throws {ConfigurationError} naming what cannot be used
 */
export function keptAddress(
  tokens: Pick<TokenManager, 'kept' | 'status' | 'getToken'>,
  member: string,
): KeptAddress {
  if (typeof tokens?.getToken !== 'function' || typeof tokens.status !== 'function')
    throw wrong('tokens', 'must be a token manager. Pass what createTokenManager() returned.');
  if (typeof member !== 'string' || member === '')
    throw wrong('member', "must be a name that `keep` holds, for instance 'instance_url'.");

  const held = () => addressIn(tokens.kept, member);
  async function found(): Promise<URL> {
    const known = held() ?? addressIn((await tokens.status()).kept, member);
    if (known !== undefined) return known;
    await tokens.getToken();
    const come = held();
    if (come !== undefined) return come;
    throw wrong(
      'keep',
      `holds no \`${member}\`, or no reply brought it. Name it in \`keep\` of oauth2(), and call renew() once for tokens that were obtained before.`,
    );
  }
  return {
    origins: ({ origin }) => held()?.origin === origin,
    async url(path = '') {
      const { origin, pathname } = await found();
      return `${origin}${pathname.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
    },
  };
}

/** @throws {ConfigurationError} when what the server sent is no address that tokens may go to */
function addressIn(kept: Readonly<Record<string, string>>, member: string): URL | undefined {
  const sent = Object.hasOwn(kept, member) ? kept[member] : undefined;
  if (sent === undefined) return undefined;
  const address = /^[\w.-]+(:\d+)?$/.test(sent) ? `https://${sent}` : sent;
  const fault = endpointFault(address);
  if (fault === undefined) return new URL(address);
  throw wrong('keep', `brought a \`${member}\` that ${fault}, so no token goes there.`);
}

function wrong(option: string, words: string): ConfigurationError {
  return new ConfigurationError({ option, message: `\`${option}\` ${words}` });
}
