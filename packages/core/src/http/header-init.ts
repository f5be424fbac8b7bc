/**
 * Reads headers in any shape that fetch takes, by its own rules, and once: the copy is ours, whatever the caller's object says
 * later.
 * @throws {TypeError} as fetch rejects
 */
export function readHeaders(headers: HeadersInit | null | undefined): Headers | undefined {
  return headers === undefined || headers === null ? undefined : new Headers(headers);
}

/** The headers with this `Authorization` in place of any other (`null`: with none), and without these names. */
export function headersWith(
  headers: Headers | undefined,
  authorization: string | null,
  without: readonly string[] = [],
): HeadersInit {
  if (!headers) return authorization === null ? {} : { authorization };
  for (const name of without) headers.delete(name);
  if (authorization === null) headers.delete('authorization');
  else headers.set('authorization', authorization);
  return headers;
}
