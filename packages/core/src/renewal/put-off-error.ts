import { EndpointFailure } from '../errors/endpoint-failure.ts';
import type { LastFailure } from '../record/last-failure.ts';

/** What a pause follows. */
export type PauseCause = Pick<LastFailure, 'code' | 'status' | 'description' | 'asked'>;

/** What a caller gets while the pause after a failure is not over: that failure itself, in its own words. */
export function putOffError(why: PauseCause, leftMs: number): EndpointFailure {
  const { code, status, description, asked } = why;
  const seconds = Math.ceil(leftMs / 1000);
  const left = asked
    ? `it asked to wait, and ${seconds} s are left of that`
    : `it is asked again in ${seconds} s`;
  return new EndpointFailure({
    code,
    status,
    sent: false,
    retryable: true,
    retryAfterMs: leftMs,
    description: [description?.slice(0, MOST_WORDS), left].filter(Boolean).join('; '),
  });
}

/** So that what is left of the pause is not cut off. */
const MOST_WORDS = 150;
