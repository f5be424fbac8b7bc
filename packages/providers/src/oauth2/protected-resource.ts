import { ConfigurationError } from '@everbearer/core';
import { parseChallenges } from '@everbearer/core/adapter';
import { endpointFault } from '../options/endpoint-fault.ts';
import { fetchOrGlobal, requireMembers } from '../options/require-option.ts';
import type { JsonObject } from '../wire/json-object.ts';
import { lookUp } from '../wire/look-up.ts';
import { textOf } from '../wire/token-reply.ts';

/** Who issues the tokens of an API, as the API says. */
export interface ProtectedResource {
  /** How the API calls itself: the `resource` to ask tokens for (RFC 8707). */
  resource: string;
  /** Issuers whose tokens it takes, for the `issuer` of `oauth2()`. At least one. */
  authorizationServers: readonly string[];
  /** The scopes that it knows, where it names them. */
  scopes: readonly string[] | undefined;
}

/** Options of {@link protectedResource}. */
export interface ProtectedResourceOptions {
  /** What sends the look-ups. Default: the global `fetch`. */
  fetch?: typeof fetch | undefined;
  /** Ends the look-ups. Default: they have ten seconds. */
  signal?: AbortSignal | undefined;
}

const KNOWN = /* @__PURE__ */ Object.keys({ fetch: true, signal: true } satisfies Record<
  keyof ProtectedResourceOptions,
  true
>);

const LONGEST_LOOK_MS = 10_000;

/**
 * From a 401 of an API to the issuer of its tokens: reads the metadata that the `resource_metadata` of its challenge names, and
 * otherwise that at the well-known places of the address that answered.
 * @param response - the 401, or any other response of the API
 * @throws {ConfigurationError} `response` or an option that cannot be used; `issuer` when there are no metadata that can be used: it names
 *   each address and what that answered
 * @throws {TokenEndpointError} `network` or `timeout`
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-5.1
 */
export async function protectedResource(
  response: Pick<Response, 'url' | 'headers'>,
  options: ProtectedResourceOptions = {},
): Promise<ProtectedResource> {
  requireMembers('protectedResource()', options, KNOWN, '{ signal }');
  requireResponse(response);
  const fetch = fetchOrGlobal(options.fetch);
  const signal = options.signal ?? AbortSignal.timeout(LONGEST_LOOK_MS);
  const tried: string[] = [];
  for (const url of placesOf(response)) {
    const { document, instead } = await lookUp({ url }, fetch, signal);
    const found = document && described(document, response.url);
    if (typeof found === 'object') return found;
    tried.push(`${url} answered ${found ?? instead}`);
  }
  const told = tried.length > 0 ? tried.join('; ') : 'its address is none that can be asked';
  throw new ConfigurationError({
    option: 'issuer',
    message: `The API does not say who issues its tokens: ${told}. Give \`issuer\` or \`tokenEndpoint\` to oauth2() yourself.`,
  });
}

function requireResponse(response: unknown): void {
  const { url, headers } = (response ?? {}) as Partial<Response>;
  if (typeof url === 'string' && typeof headers?.get === 'function') return;
  throw new ConfigurationError({
    option: 'response',
    message: '`response` must be what the API answered. Pass for instance await fetch(api).',
  });
}

/** @see https://www.rfc-editor.org/rfc/rfc9728#section-3.1 */
function placesOf({ url, headers }: Pick<Response, 'url' | 'headers'>): string[] {
  const named = parseChallenges(headers.get('www-authenticate')).map(
    ({ params }) => params.resource_metadata,
  );
  const told = named.find((each) => each !== undefined && isFit(each, url));
  if (told !== undefined) return [told];
  if (endpointFault(url) !== undefined) return [];
  const { origin, pathname } = new URL(url);
  const root = `${origin}/.well-known/oauth-protected-resource`;
  const path = pathname.replace(/\/+$/, '');
  return path === '' ? [root] : [`${root}${path}`, root];
}

/** Behind an API on https nothing in the clear is asked. */
function isFit(address: string, api: string): boolean {
  if (endpointFault(address) !== undefined) return false;
  return !api.startsWith('https:') || address.startsWith('https:');
}

/** What the document says, or what keeps it from being used. */
function described(document: JsonObject, api: string): ProtectedResource | string {
  const resource = textOf(document.resource);
  if (resource === undefined) return 'a document that names no resource';
  if (!isOf(resource, api)) return 'the metadata of another resource';
  const listed = Array.isArray(document.authorization_servers) ? document.authorization_servers : [];
  const authorizationServers = listed.filter((each) => typeof each === 'string' && isFit(each, api));
  if (authorizationServers.length === 0) return 'a document that names no authorization server';
  const scopes = document.scopes_supported;
  const known = Array.isArray(scopes) ? scopes.filter((each) => typeof each === 'string') : undefined;
  return { resource, authorizationServers, scopes: known };
}

/** The resource is the API that answered, or what holds it. @see https://www.rfc-editor.org/rfc/rfc9728#section-3.3 */
function isOf(resource: string, api: string): boolean {
  try {
    const { origin, pathname } = new URL(resource);
    const asked = new URL(api);
    const base = pathname.replace(/\/+$/, '');
    return origin === asked.origin && (asked.pathname === base || asked.pathname.startsWith(`${base}/`));
  } catch {
    return false;
  }
}
