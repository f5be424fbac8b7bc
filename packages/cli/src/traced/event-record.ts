import type { EventRecord } from '../timeline/trace-record.ts';

type Plain = Readonly<Record<string, unknown>>;

/** An `AuthEvent`, as plain data without what could be long or secret, and how long ago it began. */
export function eventRecord(event: object): EventRecord {
  const { type, account, provider, durationMs, waitedMs, afterMs } = event as Plain;
  return {
    kind: 'event',
    type: String(type),
    account: text(account),
    provider: text(provider),
    durationMs: [durationMs, waitedMs, afterMs].find((each) => typeof each === 'number') as
      | number
      | undefined,
    detail: detailOf(event as Plain),
  };
}

const LONGEST = 300;

/** Errors of ours hold no secret, and messages of warnings neither. */
function detailOf({
  error,
  reason,
  message,
  code,
  method,
  origin,
  scopes,
  acrValues,
  rotated,
}: Plain): string | undefined {
  const { code: errorCode, message: errorMessage } = (error ?? {}) as Plain;
  const words = [
    reason,
    code,
    error && [errorCode, errorMessage].filter(Boolean).join(': '),
    message,
    method,
    origin,
    Array.isArray(scopes) && scopes.join(' '),
    acrValues,
    rotated === true && 'with a new refresh token',
  ].filter(Boolean);
  return words.length > 0 ? words.join(' ').replace(/\s+/g, ' ').slice(0, LONGEST) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, LONGEST) : undefined;
}
