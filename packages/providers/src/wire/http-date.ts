/** `Sun Nov  6 08:49:37 1994`: without a zone, it means UTC. */
const ASCTIME = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;
const IMF_OR_RFC_850 = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*, .* GMT$/;

/**
 * An HTTP date in any of its three forms, as milliseconds since the epoch; undefined for anything else. `Date.parse`
 * alone accepts almost any text, and takes one without a zone for local time.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 */
export function httpDate(value: string | null): number | undefined {
  if (value === null) return undefined;
  const utc = ASCTIME.test(value) ? `${value} GMT` : value;
  const instant = utc !== value || IMF_OR_RFC_850.test(value) ? Date.parse(utc) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}
