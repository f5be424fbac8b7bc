/** What was kept of a request body, so that it can be sent a second time. */
export interface KeptBody {
  /** Whether the body can be sent a second time. A stream cannot: keeping it would buffer it. */
  readonly replayable: boolean;
  /** The body as it was when the call was made, where the caller could still change the original. */
  readonly init?: { readonly body: BodyInit } | undefined;
  /** The copy of a Request, to be sent the second time. */
  readonly spare?: Request | undefined;
  /** Frees the copy. Call it when the call has ended, whatever the outcome. */
  discard?: (() => void) | undefined;
}

const NOTHING: KeptBody = { replayable: true };
const STREAM: KeptBody = { replayable: false };

/**
 * Keeps the body of a call: immutable values as they are, mutable ones by a copy, the body of a Request by a clone, a
 * stream not at all.
 * @param body - the `body` of an init, which comes before that of the request
 * @param request - the Request that fetch was given, if it was one
 */
export function keptBody(body: BodyInit | null | undefined, request: Request | undefined): KeptBody {
  if (body !== undefined && body !== null) return keptValue(body);
  if (!request?.body || request.bodyUsed) return NOTHING;
  const spare = request.clone();
  return { replayable: true, spare, discard: () => discardBody(spare) };
}

/** Frees the connection or the buffer behind a body that nobody will read. */
export function discardBody({ body, bodyUsed }: Request | Response): void {
  if (!bodyUsed) body?.cancel?.().catch(() => undefined);
}

/** Tells values apart by their tag, so that those of another copy of fetch are known as well. */
function keptValue(body: BodyInit): KeptBody {
  if (typeof body === 'string') return NOTHING;
  if (ArrayBuffer.isView(body))
    return copied(new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice());
  switch ((body as { [Symbol.toStringTag]?: string })[Symbol.toStringTag]) {
    case 'Blob':
    case 'File':
      return NOTHING;
    case 'ArrayBuffer':
      return copied((body as ArrayBuffer).slice(0));
    case 'URLSearchParams':
      return copied(new URLSearchParams(body as URLSearchParams));
    case 'FormData':
      return Symbol.iterator in body ? copied(copiedForm(body as FormData)) : STREAM;
    default:
      return STREAM;
  }
}

function copied(body: BodyInit): KeptBody {
  return { replayable: true, init: { body } };
}

function copiedForm(form: FormData): FormData {
  const copy = new (form.constructor as typeof FormData)();
  for (const [name, value] of form) {
    if (typeof value === 'string') copy.append(name, value);
    else copy.append(name, value, value.name);
  }
  return copy;
}

/** Whether a value is a form, by its tag, so that one of another copy of fetch is known as well. */
export function isForm(body: unknown): boolean {
  return (body as { [Symbol.toStringTag]?: string } | null | undefined)?.[Symbol.toStringTag] === 'FormData';
}
