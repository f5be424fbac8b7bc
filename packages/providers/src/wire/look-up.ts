import { TokenEndpointError } from '@everbearer/core';
import { boundedBody } from './bounded-body.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';
import type { KnownServer } from './known-server.ts';
import { type Asked, networkFailure } from './network-failure.ts';
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
  try {
    const headers = { accept: 'application/json' };
    const response = await fetch(asked.url, { headers, redirect: 'manual', signal });
    const now = Date.now();
    known?.heard(response.headers, now);
    const found = { status: response.status, retryAfterMs: retryAfterMs(response.headers, now) };
    if (response.status !== 200) {
      response.body?.cancel().catch(() => undefined);
      const isRedirect = response.type === 'opaqueredirect';
      return { ...found, instead: isRedirect ? 'a redirect' : `status ${response.status}` };
    }
    const text = await boundedBody(response, LONGEST_DOCUMENT);
    if (text === undefined) return { ...found, instead: 'a document longer than 256 KiB' };
    const content = contentOf(text, false);
    if (isJsonObject(content)) return { ...found, document: content };
    return { ...found, instead: /^</.test(text.trim()) ? 'a web page' : 'no JSON' };
  } catch (error) {
    const { code, description, retryable, cause } = networkFailure(error, signal, asked);
    const said = `the metadata could not be read: ${description}`;
    throw new TokenEndpointError({ code, sent: false, description: said, retryable, cause });
  }
}
