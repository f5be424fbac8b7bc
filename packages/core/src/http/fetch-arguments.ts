import { type KeptBody, keptBody } from './kept-body.ts';

/** What fetch was called with, read once. */
export interface FetchArguments {
  /** The text of a URL, or a Request that says of itself what is true. */
  readonly target: string | Request;
  /** A plain object of ours. */
  readonly init: RequestInit | undefined;
  /** What was kept of the body. */
  readonly kept: KeptBody;
}

/**
 * Reads the input of a fetch, told apart as fetch does it. What only says that it is a Request is taken at its word and sent
 * as a URL and an init: a Request of another copy of fetch is one of them.
 * @param init - as `plainInit` gave it
 */
export function readArguments(input: unknown, init: RequestInit | undefined): FetchArguments {
  const body = init?.body;
  // Everything but a Request becomes a text, as in fetch: a URL object, or `location`.
  if (typeof input === 'string' || !isRequest(input))
    return read(`${input as string}`, init, keptBody(body, undefined));
  const request = ownRequest(input);
  if (request) return read(request, init, keptBody(body, request));
  // Before its body is looked at: a clone takes half of it.
  const cloned = typeof input.clone === 'function' ? keptBody(body, input) : undefined;
  const shown = { ...shownBy(input), ...init };
  return read(`${input.url}`, shown, cloned ?? keptBody(shown.body, undefined));
}

/** The first send, too, takes the copy of a body that the caller could still change. */
function read(target: string | Request, init: RequestInit | undefined, kept: KeptBody): FetchArguments {
  return { target, init: kept.init ? { ...init, ...kept.init } : init, kept };
}

/** A Request of this realm with a URL that is its own: itself, or a copy of one that was tampered with; else undefined. */
export function ownRequest(input: Request): Request | undefined {
  if (Object.getPrototypeOf(input) === Request.prototype && !Object.hasOwn(input, 'url')) return input;
  try {
    // Throws for what is a Request by its prototype or by its word alone.
    const url: unknown = Object.getOwnPropertyDescriptor(Request.prototype, 'url')?.get?.call(input);
    return url === undefined ? undefined : new Request(input);
  } catch {
    return undefined;
  }
}

/** Whether fetch, or a client in front of it, might take this for a Request. */
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

/** The init as a plain object of ours; each of its members is read once. */
export function plainInit(init: object | null | undefined): (RequestInit & { auth?: unknown }) | undefined {
  if (init === undefined || init === null) return undefined;
  const plain = { ...init };
  const prototype: unknown = Object.getPrototypeOf(init);
  if (prototype === Object.prototype || prototype === null) return plain;
  const inherited = ['auth', ...MEMBERS].filter((name) => !(name in plain));
  return { ...plain, ...membersOf(init, inherited) };
}

/** A Request of this realm, as another realm's, or what only says that it is one, shows itself. */
export function requestShownBy(input: Request): Request {
  return new Request(`${input.url}`, shownBy(input));
}

/** What a Request says of itself, as an init. */
export function shownBy(request: Request): RequestInit {
  return membersOf(request, MEMBERS);
}

function membersOf(given: object, names: readonly string[]): RequestInit {
  const members: Record<string, unknown> = {};
  for (const name of names) {
    const value = (given as Record<string, unknown>)[name];
    if (value !== undefined) members[name] = value;
  }
  return members;
}
