/** The input of a fetch, told apart as fetch does it: a Request, or else the text of a URL. */
export function readInput(input: unknown): Request | string {
  if (typeof input === 'string') return input;
  // Also the Request of another copy of fetch. Everything else becomes a text, as in fetch: `location` for instance.
  return isRequest(input) ? input : `${input as string}`;
}

function isRequest(input: unknown): input is Request {
  return input instanceof Request || Object.prototype.toString.call(input) === '[object Request]';
}

/** What fetch reads of an init. In a Request that stands in the place of an init, these come from the prototype. */
const MEMBERS = [
  'method',
  'headers',
  'body',
  'referrer',
  'referrerPolicy',
  'mode',
  'credentials',
  'cache',
  'redirect',
  'integrity',
  'keepalive',
  'signal',
  'duplex',
  'priority',
  'window',
  'dispatcher',
] as const;

/** The init as a plain object without `auth`, which is ours; the very same object where it already is one. */
export function plainInit(init: object | null | undefined): RequestInit | undefined {
  if (init === undefined || init === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(init);
  if (prototype === Object.prototype || prototype === null) {
    if (!('auth' in init)) return init;
    const { auth: _ours, ...plain } = init;
    return plain;
  }
  const plain: Record<string, unknown> = { ...init };
  delete plain['auth'];
  for (const name of MEMBERS) {
    const value = (init as Record<string, unknown>)[name];
    if (value !== undefined) plain[name] = value;
  }
  return plain;
}
