import { isForm, type KeptBody, keptBody } from '@everbearer/core/adapter';
import type { NormalizedOptions } from 'ky';
import type { KyCall } from './ky-call.ts';

/** Notes which request ky built, and from which body: a later init hook may have replaced the one of the call. */
export function noteBuilt(
  call: KyCall,
  request: Request,
  { body, headers }: Pick<NormalizedOptions, 'body' | 'headers'>,
): void {
  // A text, such as serialised `json`, cannot change before it is sent; another body of an init hook could.
  const isSame = body === call.given || typeof body === 'string';
  if (body !== call.given) {
    call.given = body;
    call.kept = keptBody(body, undefined);
  }
  // Each request made from a form has a boundary of its own, and a content type that the caller gave names one.
  const namesBoundary = isForm(body) && headers.has('content-type');
  call.built = isSame && !namesBoundary ? request : undefined;
}

/** Whether a request can be sent a second time. */
export function isReplayable(request: Request, call: KyCall): boolean {
  return request.body === null || call.limit > 0 || isValue(call);
}

/**
 * What a second send of a request needs: the kept value where the body is one, else a clone where the body was made from a
 * value, or where ky buffers it anyway because of its retry limit.
 */
export function keptForReplay(request: Request, call: KyCall): KeptBody {
  if (call.built === request && isValue(call))
    return { replayable: true, init: call.kept.init ?? { body: call.given as BodyInit } };
  return isReplayable(request, call) ? keptBody(undefined, request) : { replayable: false };
}

function isValue({ given, kept }: KyCall): boolean {
  return given !== undefined && given !== null && kept.replayable;
}
