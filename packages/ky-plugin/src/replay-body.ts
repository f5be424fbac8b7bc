/** What is known of the request that ky built for a call. */
export interface BuiltRequest {
  readonly request: Request;
  /** The `body` it was built from, where one was given. */
  readonly body: unknown;
}

/** A way to send the same request once more. */
export interface Replay {
  request(): Request;
  /** Frees the copy. To be called when the attempt ends, however it ends. */
  discard?(): void;
}

/**
 * How to send a request a second time; undefined when its body can only be read once. Text and Blobs serve again
 * as they are. Other values are copied, and so are streams where ky's retry limit makes ky buffer them anyway.
 */
export function replayBody(
  request: Request,
  built: BuiltRequest | undefined,
  limit: number,
): Replay | undefined {
  if (request.body === null) return { request: () => request };
  const { body } = built ?? {};
  const reusable = typeof body === 'string' || body instanceof Blob;
  if (reusable && built?.request === request) return { request: () => new Request(request, { body }) };
  if (limit === 0 && !isValue(body)) return undefined;
  const spare = request.clone();
  return {
    request: () => spare,
    discard() {
      if (!spare.bodyUsed) spare.body?.cancel().catch(() => undefined);
    },
  };
}

function isValue(body: unknown): boolean {
  return (
    typeof body === 'string' ||
    body instanceof Blob ||
    body instanceof URLSearchParams ||
    body instanceof FormData ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body)
  );
}
