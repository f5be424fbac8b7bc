/** Longer than any token reply, metadata document or error. */
const LONGEST_BODY = 64 * 1024;

/**
 * The body as text, or undefined if it has more bytes than `longest` (default 64 KiB). Bytes are counted as they arrive, decompressed;
 * `Content-Length` is not believed. A body that is too long is not read to its end. `whenBroken` makes something of what came of a body
 * that broke off; default: the failure is thrown. An abort of `signal` ends the reading with what has come.
 */
export async function boundedBody(
  response: Response,
  longest: number = LONGEST_BODY,
  whenBroken?: (came: string, failure: unknown) => string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (!response.body) return '';
  const reader = response.body.getReader();
  signal?.addEventListener('abort', () => void reader.cancel().catch(() => undefined), { once: true });
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for (;;) {
    let part: Awaited<ReturnType<typeof reader.read>>;
    try {
      part = await reader.read();
    } catch (failure) {
      if (!whenBroken) throw failure;
      return whenBroken(text, failure);
    }
    const { done, value } = part;
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > longest) {
      reader.cancel().catch(() => undefined);
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}
