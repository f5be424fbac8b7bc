/** How a form is handed to `fetch`, and what to release once the reply has been read. */
export interface SentOnce {
  body: string | ReadableStream<Uint8Array>;
  headers: Readonly<Record<string, string>>;
  /** Members of `RequestInit` that only some runtimes know. */
  init: object;
  release(): void;
}

/** As much of Deno as is needed here. */
interface DenoRuntime {
  createHttpClient?(options: { poolMaxIdlePerHost: number }): { close(): void };
}

interface Runtime {
  Deno?: DenoRuntime;
  Bun?: unknown;
  process?: { versions?: { node?: string } };
}

/**
 * Hands a form over in such a way that one call of `fetch` sends it once. A refresh token that the runtime presents a
 * second time by itself may end the session.
 *
 * - Node repeats a request that is answered 421, unless its body can be read only once. So its body is a stream.
 * - Deno repeats a request whose connection had been used before and breaks without an answer. So it gets a connection
 *   of its own.
 * - Bun does neither.
 *
 * `isOwn`: the runtime's own `fetch`. One of another make is given text, since it may know no streams.
 * @see https://fetch.spec.whatwg.org/#http-fetch
 */
export function sentOnce(form: string, isOwn: boolean): SentOnce {
  const { Deno, Bun, process } = globalThis as unknown as Runtime;
  const plain = { body: form, headers: {}, init: {}, release: () => undefined };
  if (Deno) {
    const client = Deno.createHttpClient?.({ poolMaxIdlePerHost: 0 });
    return client ? { ...plain, init: { client }, release: () => client.close() } : plain;
  }
  if (!isOwn || Bun || process?.versions?.node === undefined) return plain;
  const bytes = new TextEncoder().encode(form);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  // With its length said, it travels as any other form: not in chunks, which some servers refuse.
  const headers = { 'content-length': String(bytes.length) };
  return { ...plain, body, headers, init: { duplex: 'half' } };
}
