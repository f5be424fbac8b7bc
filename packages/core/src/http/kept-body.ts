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

/** By tag, so that values of another copy of fetch are known as well. */
function keptValue(body: BodyInit): KeptBody {
  if (typeof body === 'string') return NOTHING;
  if (ArrayBuffer.isView(body)) {
    const bytes = new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
    return { replayable: true, init: { body: bytes.slice() } };
  }
  switch (Object.prototype.toString.call(body)) {
    case '[object Blob]':
    case '[object File]':
      return NOTHING;
    case '[object ArrayBuffer]':
      return { replayable: true, init: { body: (body as ArrayBuffer).slice(0) } };
    case '[object URLSearchParams]':
      return { replayable: true, init: { body: new URLSearchParams(body as URLSearchParams) } };
    case '[object FormData]':
      return Symbol.iterator in body
        ? { replayable: true, init: { body: copiedForm(body as FormData) } }
        : STREAM;
    default:
      return STREAM;
  }
}

function copiedForm(form: FormData): FormData {
  const copy = new (form.constructor as typeof FormData)();
  for (const [name, value] of form) {
    if (typeof value === 'string') copy.append(name, value);
    else copy.append(name, value, value.name);
  }
  return copy;
}
