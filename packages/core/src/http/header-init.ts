/**
 * Reads headers in any shape that fetch takes, by its own rules, and once: the copy is ours, whatever the caller's object says
 * later.
 * @throws {TypeError} as fetch rejects
 */
export function readHeaders(headers: HeadersInit | null | undefined): ReadHeaders | undefined {
  if (headers === undefined || headers === null) return undefined;
  if (Object.getPrototypeOf(headers) !== Object.prototype || Symbol.iterator in headers)
    return new Headers(headers);
  const read = { ...headers } as Record<string, string>;
  return Object.entries(read).every(isOther) ? read : new Headers(read);
}

const isOther = ([name, value]: [string, unknown]) =>
  typeof value === 'string' && !/^authorization$/i.test(name);

/** Either Headers, or an object of ours with texts by name and no `Authorization` among them, which costs half as much. */
export type ReadHeaders = Headers | Readonly<Record<string, string>>;

/**
 * The headers with this `Authorization` in place of any other (`null`: with none), and this proof beside it, and without these
 * names.
 */
export function headersWith(
  headers: ReadHeaders | undefined,
  authorization: string | null,
  { without = [], proof }: { without?: readonly string[]; proof?: string | undefined } = {},
): HeadersInit {
  const isPlain = !(headers instanceof Headers);
  if (isPlain && !proof && without.length === 0)
    return authorization === null ? { ...headers } : { ...headers, authorization };
  // The proof is good for one send: it does not stay in the headers that the next one begins with.
  const given = proof || isPlain ? new Headers(headers) : headers;
  for (const name of without) given.delete(name);
  if (authorization === null) given.delete('authorization');
  else given.set('authorization', authorization);
  if (proof) given.set('dpop', proof);
  return given;
}
