/** A request body, kept so that it can be sent a second time where that is possible. */
export interface KeptBody {
  /** Whether it can be. A stream cannot: keeping it would buffer it. */
  readonly replayable: boolean;
  /** The body as it was when the call was made, where the caller could still change the original. */
  readonly init?: { body: BodyInit };
  /** The copy of a Request to send the second time. */
  readonly spare?: Request;
  /** Frees the copy. To be called when the call ends, however it ends. */
  discard?(): void;
}

const NOTHING: KeptBody = { replayable: true };
const STREAM: KeptBody = { replayable: false };

/** Keeps the body of a call: values as they are, mutable ones copied, a Request by clone, a stream not at all. */
export function keptBody(body: BodyInit | null | undefined, request: Request | undefined): KeptBody {
  if (body !== undefined && body !== null) return keptValue(body);
  if (!request?.body || request.bodyUsed) return NOTHING;
  const spare = request.clone();
  return {
    replayable: true,
    spare,
    discard() {
      if (!spare.bodyUsed) spare.body?.cancel().catch(() => undefined);
    },
  };
}

function keptValue(body: BodyInit): KeptBody {
  if (typeof body === 'string' || body instanceof Blob) return NOTHING;
  if (body instanceof URLSearchParams) return { replayable: true, init: { body: new URLSearchParams(body) } };
  if (body instanceof FormData) return { replayable: true, init: { body: copiedForm(body) } };
  if (body instanceof ArrayBuffer) return { replayable: true, init: { body: body.slice(0) } };
  if (ArrayBuffer.isView(body)) {
    const bytes = new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
    return { replayable: true, init: { body: bytes.slice() } };
  }
  return STREAM;
}

function copiedForm(form: FormData): FormData {
  const copy = new FormData();
  for (const [name, value] of form) {
    if (typeof value === 'string') copy.append(name, value);
    else copy.append(name, value, value.name);
  }
  return copy;
}
