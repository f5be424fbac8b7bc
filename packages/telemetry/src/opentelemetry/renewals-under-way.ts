import type { AuthEvent, RenewalReason } from '@everbearer/core';
import type { Span, Tracer } from '@opentelemetry/api';
import { quietly } from './quietly.ts';
import { endRenewalSpan, forgetRenewalSpan, startRenewalSpan } from './renewal-span.ts';
import type { SubjectAttributes } from './subject-attributes.ts';

/** A renewal that came to its end. */
export interface Ended {
  reason: RenewalReason;
  tookMs: number;
}

interface UnderWay {
  reason: RenewalReason;
  /** When it began, on the clock that only goes forward. */
  since: number;
  span: Span | undefined;
}

/** Far more than one process has at once, each account having one at a time. */
const MOST = 1_000;
/** Longer than any manager waits for one. */
const LONGEST_MS = 15 * 60_000;

/**
 * Follows renewals from their beginning to their end, by the id that both events share, each with its span. A renewal that
 * another process got ahead of tells no end: so the oldest are forgotten.
 * @param tracer - undefined: no spans
 * @returns told of each event, says what the event ended
 */
export function renewalsUnderWay(
  tracer: Tracer | undefined,
  attributesOf: SubjectAttributes,
): (event: AuthEvent) => Ended | undefined {
  const underWay = new Map<string, UnderWay>();

  /** The first ones in the map are the oldest. */
  function forgetOldest(now: number): void {
    for (const [id, { since, span }] of underWay) {
      if (underWay.size < MOST && now - since < LONGEST_MS) return;
      underWay.delete(id);
      quietly(() => forgetRenewalSpan(span));
    }
  }

  return (event) => {
    if (event.type === 'renewal_started') {
      const since = performance.now();
      forgetOldest(since);
      const span = tracer && quietly(() => startRenewalSpan(tracer, event, attributesOf(event)));
      underWay.set(event.renewalId, { reason: event.reason, since, span });
      return undefined;
    }
    if (event.type !== 'renewed' && event.type !== 'renewal_failed') return undefined;
    const begun = underWay.get(event.renewalId);
    if (!begun) return undefined;
    underWay.delete(event.renewalId);
    quietly(() => endRenewalSpan(begun.span, event));
    return { reason: begun.reason, tookMs: performance.now() - begun.since };
  };
}
