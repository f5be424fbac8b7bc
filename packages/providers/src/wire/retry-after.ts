import { httpDate } from './http-date.ts';

/** A longer wait is taken for a mistake, mostly an epoch time in the wrong place. */
const LONGEST_WAIT_MS = 24 * 60 * 60_000;

/**
 * What `Retry-After` asks for, in milliseconds from now: seconds, or an HTTP date. A date is compared
 * with the reply's own `Date` if there is one, so that a wrong clock here does not matter. Undefined if the header is
 * absent, in the past, longer than a day or not understood.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  const waitMs = /^\d+$/.test(value)
    ? Number(value) * 1000
    : (httpDate(value) ?? Number.NaN) - (httpDate(headers.get('date')) ?? now);
  return waitMs >= 0 && waitMs <= LONGEST_WAIT_MS ? waitMs : undefined;
}
