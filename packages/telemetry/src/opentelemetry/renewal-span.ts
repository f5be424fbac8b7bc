import type { AuthEvent } from '@everbearer/core';
import { type Attributes, context, type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';

type RenewalStarted = Extract<AuthEvent, { type: 'renewal_started' }>;
type RenewalEnded = Extract<AuthEvent, { type: 'renewed' | 'renewal_failed' }>;

/**
 * The span of one renewal. It is the root of a trace of its own, with a link to the call that set it off: many callers share a
 * renewal, and it goes on when that call has ended.
 */
export function startRenewalSpan(tracer: Tracer, { reason }: RenewalStarted, about: Attributes): Span {
  const caller = trace.getSpanContext(context.active());
  return tracer.startSpan('everbearer.renewal', {
    root: true,
    links: caller ? [{ context: caller }] : [],
    attributes: { ...about, 'everbearer.renewal.reason': reason },
  });
}

/** Ends it as the event says. The words of an error stay out: they may name an account. */
export function endRenewalSpan(span: Span | undefined, event: RenewalEnded): void {
  if (event.type === 'renewed') {
    span?.setAttribute('everbearer.renewal.rotated', event.rotated);
    if (event.fingerprint) span?.setAttribute('everbearer.token.fingerprint', event.fingerprint);
  } else {
    const { code, status } = event.error as typeof event.error & { status?: unknown };
    span?.setAttribute('error.type', code);
    if (typeof status === 'number') span?.setAttribute('http.response.status_code', status);
    span?.setStatus({ code: SpanStatusCode.ERROR, message: code });
  }
  span?.end();
}

/** For one whose end was not told: it says so, and that end is all that is wrong about it. */
export function forgetRenewalSpan(span: Span | undefined): void {
  span?.setAttribute('everbearer.renewal.outcome', 'unknown');
  span?.end();
}
