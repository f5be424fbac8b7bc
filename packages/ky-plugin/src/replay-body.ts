import { type KeptBody, keptBody } from '@everbearer/core/adapter';
import type { NormalizedOptions, Options } from 'ky';

/** The body that a call was given, and what was kept of it at that moment. */
export interface GivenBody {
  readonly given: unknown;
  readonly kept: KeptBody;
}

/** What is known of the request that ky built for a call. */
export interface BuiltRequest extends GivenBody {
  /** Undefined where the body may have changed between the call and the request. */
  readonly request: Request | undefined;
  /** Whether the caller named the content type of a body. */
  readonly typed: boolean;
}

/** A way to send the same request once more. */
export interface Replay {
  request(): Request;
  /** Frees the copy. To be called when the attempt ends, however it ends. */
  discard?(): void;
}

/** Keeps a body as it is now: the caller may change it while a token is waited for. `json` will be a text. */
export function givenBody({ body, json }: { body?: Options['body'] | undefined; json?: unknown }): GivenBody {
  const given = json === undefined ? body : '';
  return { given, kept: keptBody(given, undefined) };
}

/** Connects the request that ky built with the body it was built from. */
export function builtRequest(
  request: Request,
  { body, headers }: Pick<NormalizedOptions, 'body' | 'headers'>,
  atCall: GivenBody | undefined,
): BuiltRequest {
  const typed = body !== undefined && body !== null && headers.has('content-type');
  if (atCall && atCall.given === body) return { ...atCall, request, typed };
  // Serialised `json` cannot change any more; a body that a later init hook put here could.
  return { ...givenBody({ body }), request: typeof body === 'string' ? request : undefined, typed };
}

/** Whether a request can be sent a second time. */
export function isReplayable(request: Request, given: GivenBody | undefined, limit: number): boolean {
  return request.body === null || limit > 0 || isValue(given);
}

/**
 * How to send a request a second time; undefined when its body can only be read once. What was kept of a value
 * serves again. A body of unknown origin is copied where it was made of a value, and where ky's retry limit makes
 * ky buffer it anyway.
 */
export function replayBody(
  request: Request,
  built: BuiltRequest | undefined,
  atCall: GivenBody | undefined,
  limit: number,
): Replay | undefined {
  if (request.body === null) return { request: () => request };
  const isForm = Object.prototype.toString.call(built?.given) === '[object FormData]';
  if (built && isValue(built) && built.request === request && !(isForm && built.typed))
    return { request: () => rebuilt(request, built, isForm) };
  if (!isReplayable(request, built ?? atCall, limit)) return undefined;
  const spare = request.clone();
  return {
    request: () => spare,
    discard() {
      if (!spare.bodyUsed) spare.body?.cancel().catch(() => undefined);
    },
  };
}

function isValue(body: GivenBody | undefined): boolean {
  return body?.given !== undefined && body.given !== null && body.kept.replayable;
}

function rebuilt(request: Request, { given, kept }: BuiltRequest, isForm: boolean): Request {
  const body = kept.init?.body ?? (given as BodyInit);
  if (!isForm) return new Request(request, { body });
  // A form makes a new boundary, which must not meet the content type of the old one.
  const headers = new Headers(request.headers);
  headers.delete('content-type');
  return new Request(request, { body, headers });
}
