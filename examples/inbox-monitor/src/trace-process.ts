import { createHmac } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import type { AuthEvent, TokenManager } from '@everbearer/core';
import type { EventRecord, TraceRecord } from 'everbearer/timeline';

export interface TraceOptions {
  /** What the other side's token endpoint begins with. */
  loginOrigin: string;
  /** Fingerprints of tokens are made with it: all processes of a run share it. */
  key: string;
  tell(record: TraceRecord): void;
}

/** A request as Node's own channels show it, on its way. */
interface Seen {
  origin: string;
  path: string;
  method: string;
  headers: readonly string[];
}

/** Tells of every request that this process sends, as it is on the wire. */
export function traceRequests({ loginOrigin, key, tell }: TraceOptions): void {
  const begun = new WeakMap<Seen, { at: number; id: number }>();
  let count = 0;
  subscribe('undici:request:create', (message) => {
    const { request } = message as { request: Seen };
    begun.set(request, { at: Date.now(), id: ++count });
  });
  const end = (request: Seen, outcome: { status: number } | { failure: string }) => {
    const { at, id } = begun.get(request) ?? { at: Date.now(), id: 0 };
    const { origin, path, method } = request;
    const token = tokenOf(request.headers);
    tell({
      kind: 'request',
      at,
      pid: process.pid,
      id: String(id),
      method,
      url: origin + (path.split('?', 1)[0] as string),
      durationMs: Date.now() - at,
      toTokenEndpoint: origin === loginOrigin,
      ...outcome,
      ...(origin !== loginOrigin && { headerFrom: token === undefined ? 'nobody' : 'everbearer' }),
      ...(token !== undefined && { fingerprint: fingerprintOf(token, key) }),
    });
  };
  subscribe('undici:request:headers', (message) => {
    const { request, response } = message as { request: Seen; response: { statusCode: number } };
    end(request, { status: response.statusCode });
  });
  subscribe('undici:request:error', (message) => {
    const { request, error } = message as { request: Seen; error: { code?: string; name: string } };
    end(request, { failure: error.code ?? error.name });
  });
}

function tokenOf(headers: readonly string[]): string | undefined {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'authorization');
  return at < 0 ? undefined : headers[at + 1]?.replace(/^Bearer /i, '');
}

/** Eight characters, the same for the same token, that tell nothing of it. */
function fingerprintOf(token: string, key: string): string {
  return createHmac('sha256', key).update(token).digest('hex').slice(0, 8);
}

/** Tells what the library tells, with the end of the token that it brought. */
export function traceEvent(
  event: AuthEvent,
  tokens: TokenManager,
  { key, tell }: Omit<TraceOptions, 'loginOrigin'>,
): void {
  const now = Date.now();
  const durationMs =
    'durationMs' in event ? event.durationMs : 'waitedMs' in event ? event.waitedMs : undefined;
  const record: EventRecord & { at: number; pid: number } = {
    kind: 'event',
    at: now - (durationMs ?? 0),
    pid: process.pid,
    type: event.type,
    durationMs,
    detail: detailOf(event),
  };
  // A moment later the new token is in hand.
  setImmediate(() => {
    const held = BRINGS.includes(event.type) ? tokens.peek() : undefined;
    tell({ ...record, expiresAt: held?.expiresAt, fingerprint: held && fingerprintOf(held.token, key) });
  });
}

const BRINGS: readonly AuthEvent['type'][] = ['renewed', 'adopted', 'signed_in'];

function detailOf(event: AuthEvent): string | undefined {
  if ('error' in event) return event.error?.message;
  return 'reason' in event ? event.reason : undefined;
}
