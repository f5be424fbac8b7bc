/** Longer than any token reply, metadata document or error. */
const LONGEST_BODY = 64 * 1024;

/**
 * The body as text, or undefined if it has more bytes than `longest` (default 64 KiB). Bytes are counted as they arrive, decompressed;
 * `Content-Length` is not believed. A body that is too long is not read to its end.
 */
export async function boundedBody(
  response: Response,
  longest: number = LONGEST_BODY,
): Promise<string | undefined> {
  if (!response.body) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > longest) {
      reader.cancel().catch(() => undefined);
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}
