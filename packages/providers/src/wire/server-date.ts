import { httpDate } from './http-date.ts';

/**
 * The server's own time when it answered. Undefined without a `Date`, and with an `Age`: then a cache answered, and
 * the date is older than the reply.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1
 */
export function serverDateOf(headers: Headers): number | undefined {
  return headers.has('age') ? undefined : httpDate(headers.get('date'));
}
