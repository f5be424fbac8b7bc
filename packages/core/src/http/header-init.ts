/**
 * Reads headers in any shape that fetch takes, by its own rules, and once: the copy is ours, whatever the caller's object says
 * later.
 * @throws {TypeError} as fetch rejects
 */
export function readHeaders(headers: HeadersInit | null | undefined): Headers | undefined {
  return headers === undefined || headers === null ? undefined : new Headers(headers);
}

/**
 * The headers with this `Authorization` in place of any other (`null`: with none), and this proof beside it, and without these
 * names.
 */
export function headersWith(
  headers: Headers | undefined,
  authorization: string | null,
  { without = [], proof }: { without?: readonly string[]; proof?: string | undefined } = {},
): HeadersInit {
  if (!headers && !proof) return authorization === null ? {} : { authorization };
  // The proof is good for one send: it does not stay in the headers that the next one begins with.
  const given = proof || !headers ? new Headers(headers) : headers;
  for (const name of without) given.delete(name);
  if (authorization === null) given.delete('authorization');
  else given.set('authorization', authorization);
  if (proof) given.set('dpop', proof);
  return given;
}
