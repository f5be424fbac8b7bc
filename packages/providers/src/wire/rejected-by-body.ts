import { ConfigurationError } from '@everbearer/core';
import { boundedBody } from './bounded-body.ts';
import { contentOf } from './reply-content.ts';

/** Two options of `createAuthFetch()` and `bearerAuth()` that belong together. */
export interface RejectedByBody {
  /** True for each 401, and for a chosen success whose body says so. */
  isRejected(response: Response): boolean | Promise<boolean>;
  /** Chooses successes by their media type. */
  successes(response: Response): boolean;
}

const LONGEST_READ = 64 * 1024;
const LONGEST_WAIT_MS = 1_000;

/**
 * For APIs that say "token expired" in a response of success (Slack, GraphQL, Marketo, a sign-in page): spread the result into the options.
 * `says` gets the JSON of the body, or its text where it is no JSON, and returns true when it rejects the token. Only successes of the
 * given media types are read, from a clone, up to 64 KiB and for up to a second; what is longer or slower counts as accepted, and no
 * stream of another type waits.
 * @param mediaTypes - default: `application/json`
 * @throws {ConfigurationError} `says` or `mediaTypes`, when it cannot be used
 */
export function rejectedByBody(
  says: (body: unknown) => boolean,
  mediaTypes: readonly string[] = ['application/json'],
): RejectedByBody {
  if (typeof says !== 'function') {
    throw new ConfigurationError({
      option: 'says',
      message: "`says` must be a function. Pass for instance (body) => body.error === 'token_expired'.",
    });
  }
  const wanted = checkedTypes(mediaTypes);
  const isChosen = (response: Response) => {
    const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
    const length = Number(response.headers.get('content-length') ?? 0);
    return response.body !== null && length <= LONGEST_READ && type !== undefined && wanted.includes(type);
  };
  return {
    successes: isChosen,
    isRejected(response) {
      if (response.status === 401) return true;
      return response.ok && isChosen(response) && saysSo(response.clone(), says);
    },
  };
}

function checkedTypes(given: readonly string[]): readonly string[] {
  const isType = (each: unknown) => typeof each === 'string' && /^[\w.+-]+\/[\w.+-]+$/.test(each);
  if (Array.isArray(given) && given.length > 0 && given.every(isType))
    return given.map((each) => each.toLowerCase());
  throw new ConfigurationError({
    option: 'mediaTypes',
    message:
      "`mediaTypes` must be a list of media types without parameters. Write for instance ['text/html'].",
  });
}

/** What is late is not read on, so that the caller alone holds the connection. */
async function saysSo(response: Response, says: (body: unknown) => boolean): Promise<boolean> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), LONGEST_WAIT_MS);
  const text = await boundedBody(response, LONGEST_READ, undefined, late.signal).catch(() => undefined);
  clearTimeout(timer);
  return text !== undefined && !late.signal.aborted && says(contentOf(text, false)) === true;
}
