import { TokenEndpointError } from '@everbearer/core';
import { answered } from './answered.ts';
import { boundedBody } from './bounded-body.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';
import type { KnownServer } from './known-server.ts';
import { type Asked, faultIn, isMalformed, networkFailure } from './network-failure.ts';
import { contentOf } from './reply-content.ts';
import { retryAfterMs } from './retry-after.ts';

/** What an address answered to a look-up. */
export interface LookedUp {
  /** The JSON object that is there. */
  document?: JsonObject | undefined;
  /** What else it answered, in a few words that quote nothing of it. */
  instead?: string | undefined;
  status: number;
  retryAfterMs: number | undefined;
}

const LONGEST_DOCUMENT = 256 * 1024;

/**
 * Reads a document of JSON that is public: no secret goes along, and no redirect is followed.
 * @throws {TokenEndpointError} `network` or `timeout`, with `sent: false`: the token request itself was not made
 */
export async function lookUp(
  asked: Asked,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
  known?: KnownServer,
): Promise<LookedUp> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]);
  try {
    const headers = { accept: 'application/json' };
    const response = await answered(fetch(asked.url, { headers, redirect: 'manual', signal: until }));
    const now = Date.now();
    known?.heard(response.headers, now);
    const found = { status: response.status, retryAfterMs: retryAfterMs(response.headers, now) };
    if (response.status === 200) return { ...found, ...(await documentOf(response)) };
    response.body?.cancel().catch(() => undefined);
    return { ...found, instead: insteadOf(response) };
  } catch (error) {
    const { code, description, retryable, cause } = networkFailure(error, until, asked);
    const said = `the metadata could not be read: ${description}`;
    throw new TokenEndpointError({ code, sent: false, description: said, retryable, cause });
  }
}

/** Before the deadline of most callers, so that they hear what it was that did not answer. */
const LONGEST_MS = 8_000;

async function documentOf(response: Response): Promise<Pick<LookedUp, 'document' | 'instead'>> {
  let text: string | undefined;
  try {
    text = await boundedBody(response, LONGEST_DOCUMENT);
  } catch (error) {
    if (isMalformed(error)) return { instead: `what cannot be read (${faultIn(error)})` };
    throw error;
  }
  if (text === undefined) return { instead: 'a document longer than 256 KiB' };
  const content = contentOf(text, false);
  if (isJsonObject(content)) return { document: content };
  return { instead: /^</.test(text.trim()) ? 'a web page' : 'no JSON' };
}

function insteadOf({ status, type, headers, url }: Response): string {
  if (type === 'opaqueredirect') return 'a redirect';
  const target = URL.parse(headers.get('location') ?? '', url || undefined);
  const isRedirect = status >= 300 && status < 400 && headers.has('location') && target;
  // Without its query: that may hold anything.
  return isRedirect
    ? `status ${status}, a redirect to ${(target.origin + target.pathname).slice(0, 100)}`
    : `status ${status}`;
}
