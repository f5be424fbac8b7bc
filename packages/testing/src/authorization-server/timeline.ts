/** What happened at the server, without a secret in it: tokens and families have ids that are made for this. */
export type TimelineEvent =
  | { type: 'device_code_issued' }
  | { type: 'device_code_approved'; account: string }
  | { type: 'device_code_denied' }
  | { type: 'family_started'; family: string; account: string; grant: string }
  | {
      type: 'token_issued';
      grant: string;
      token: string;
      family?: string | undefined;
      lifeMs: number;
      claims: boolean;
    }
  | { type: 'token_refused'; grant: string; error: string; code: number }
  | { type: 'refresh_token_reused'; family: string }
  | { type: 'refresh_token_graced'; family: string }
  | { type: 'family_revoked'; family: string; reason: 'reuse' | 'scripted' | 'revocation' }
  | { type: 'access_tokens_revoked'; count: number }
  | { type: 'access_tokens_expired'; count: number }
  | { type: 'claims_required' }
  | {
      type: 'token_trouble';
      grant: string;
      trouble: string;
      status?: number | undefined;
      retryAfterSeconds?: number | undefined;
    };

/** An event and when it happened, in milliseconds since the epoch. */
export type TimelineEntry = { at: number } & TimelineEvent;

/** What happened, in the order in which it did. */
export interface Timeline {
  /** Adds an event that happens now. */
  add(event: TimelineEvent): void;
  /** The newest 10,000 entries, oldest first. */
  entries(): TimelineEntry[];
}

const MOST_ENTRIES = 10_000;

/**
 * An empty timeline.
 * @param now - the clock, in milliseconds since the epoch; default `Date.now`
 */
export function createTimeline(now: () => number = Date.now): Timeline {
  let kept: TimelineEntry[] = [];
  return {
    add(event) {
      kept.push({ at: now(), ...event });
      if (kept.length >= 2 * MOST_ENTRIES) kept = kept.slice(-MOST_ENTRIES);
    },
    entries: () => kept.slice(-MOST_ENTRIES),
  };
}
