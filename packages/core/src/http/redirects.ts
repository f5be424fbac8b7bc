import type { Hop } from './attempt.ts';
import { isHttp } from './origins.ts';

const REDIRECTS = /^30[12378]$/;
/** As many as fetch follows. */
export const MOST_REDIRECTS = 20;

/**
 * Where a response leads, by the rules of fetch; undefined where it is the answer.
 * @param from - the request that it answers
 * @throws {TypeError} as fetch rejects, where fetch would not go there
 * @see https://fetch.spec.whatwg.org/#http-redirect-fetch
 */
export function hopAfter({ status, headers }: Response, from: Hop, replayable: boolean): Hop | undefined {
  const location = REDIRECTS.test(`${status}`) ? headers.get('location') : null;
  if (location === null) return undefined;
  if (from.keepsBody && !replayable && status !== 303) throw redirectFailure('its body cannot be sent again');
  const url = locationUrl(location, from.url);
  const here = new URL(from.url);
  const crosses = url.origin !== here.origin;
  if (crosses && (url.username || url.password))
    throw redirectFailure('it leads to a URL with a user name or password');
  url.username = url.password = '';
  url.hash ||= here.hash;
  const becomesGet =
    status === 303 ? !/^(get|head)$/i.test(from.method) : status < 303 && /^post$/i.test(from.method);
  return {
    url: url.href,
    method: becomesGet ? 'GET' : from.method,
    keepsBody: from.keepsBody && !becomesGet,
    crossed: from.crossed || crosses,
  };
}

function locationUrl(location: string, base: string): URL {
  // Bytes beyond ASCII are meant as UTF-8, whatever HTTP says of them.
  const bytes = Uint8Array.from(location, (character) => character.charCodeAt(0));
  const text = /^[ -~]*$/.test(location) ? location : new TextDecoder().decode(bytes);
  const url = URL.parse(text, base);
  if (!url || !isHttp(url)) throw redirectFailure('it leads to a URL that is not http or https');
  return url;
}

/** The error of a redirect that is not followed: in name and message that of fetch, which clients know. */
export function redirectFailure(why: string): TypeError {
  return new TypeError('fetch failed', { cause: new Error(`A redirect was not followed: ${why}.`) });
}

/** The response at the end of redirects: it says so, as that of fetch does. Its `type` is the one of its own request. */
export function asRedirected(response: Response): Response {
  const { clone: copy } = response;
  const clone = () => asRedirected(copy.call(response));
  return Object.defineProperties(response, { redirected: { value: true }, clone: { value: clone } });
}
