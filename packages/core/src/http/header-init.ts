/** Reads a one-shot iterable of pairs, which fetch takes too, into a list; everything else is returned as it is. */
export function rereadableHeaders(headers: HeadersInit | undefined): HeadersInit | undefined {
  if (headers === undefined || isEntries(headers) || isHeaders(headers) || isPlain(headers)) return headers;
  return Symbol.iterator in headers ? [...(headers as Iterable<[string, string]>)] : headers;
}

/** The value of `Authorization`, null where there is none; of several entries the last. */
export function readAuthorization(headers: HeadersInit): string | null {
  if (isHeaders(headers)) return headers.get('authorization');
  if (isEntries(headers)) return headers.findLast(([name]) => isAuthorization(name))?.[1] ?? null;
  for (const name in headers)
    if (isAuthorization(name)) return (headers as Record<string, string>)[name] ?? null;
  return null;
}

/** A copy, so that later changes of the caller's own object do not matter. */
export function copiedHeaders(headers: HeadersInit): HeadersInit {
  if (isEntries(headers)) return headers.map(([name, value]) => [name, value]);
  return isPlain(headers) ? { ...headers } : new Headers(headers);
}

/** The headers with this `Authorization` (`null`: with none), never changing the caller's own object. */
export function withAuthorization(
  headers: HeadersInit | undefined,
  authorization: string | null,
): HeadersInit {
  if (headers === undefined) return authorization === null ? {} : { authorization };
  if (isEntries(headers)) {
    const others = headers.filter(([name]) => !isAuthorization(name));
    return authorization === null ? others : [...others, ['authorization', authorization]];
  }
  if (!isPlain(headers)) {
    const copy = new Headers(headers);
    if (authorization === null) copy.delete('authorization');
    else copy.set('authorization', authorization);
    return copy;
  }
  const copy: Record<string, string> = { ...headers };
  for (const name in copy) if (isAuthorization(name)) delete copy[name];
  if (authorization !== null) copy['authorization'] = authorization;
  return copy;
}

const isAuthorization = (name: string | undefined) =>
  name?.length === 13 && name.toLowerCase() === 'authorization';

const isEntries = (headers: HeadersInit): headers is [string, string][] => Array.isArray(headers);

/** Whether they are a Headers object, of this realm or of another one. */
const isHeaders = (headers: HeadersInit): headers is Headers =>
  headers instanceof Headers || Object.prototype.toString.call(headers) === '[object Headers]';

function isPlain(headers: HeadersInit): headers is Record<string, string> {
  const prototype: unknown = Object.getPrototypeOf(headers);
  return prototype === Object.prototype || prototype === null;
}
