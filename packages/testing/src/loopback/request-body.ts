import type { IncomingMessage } from 'node:http';

const LARGEST_BODY = 1024 * 1024;

/** The whole body of a request as text; undefined if it is over 1 MiB. */
export async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  return size > LARGEST_BODY ? undefined : Buffer.concat(chunks).toString('utf8');
}

/**
 * The form in the body of a request; undefined if the body is not a form, or has a parameter twice.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2
 */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const text = await readText(request);
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
  if (text === undefined || !isForm) return undefined;
  const form = new URLSearchParams(text);
  return new Set(form.keys()).size === [...form.keys()].length ? form : undefined;
}
