import type { AuthEvent } from '@everbearer/core';
import type { Attributes } from '@opentelemetry/api';
import { boundedValues } from './bounded-values.ts';
import type { Instruments } from './instruments.ts';
import type { Ended } from './renewals-under-way.ts';
import { type RequestAttributes, requestAttributes } from './request-attributes.ts';
import type { SubjectAttributes } from './subject-attributes.ts';

/** Measures one event. `ended` is the renewal that it ends, if its beginning was seen. */
export type MeasureEvent = (to: Instruments, event: AuthEvent, ended: Ended | undefined) => void;

/** What measurements are made with. */
interface Tools {
  to: Instruments;
  /** Whom the event is about. */
  about: Attributes;
  ended: Ended | undefined;
  request: RequestAttributes;
  errorType(code: string): Attributes;
}

type OfType<Type extends AuthEvent['type']> = Extract<AuthEvent, { type: Type }>;

const MEASURES: { [Type in AuthEvent['type']]: (event: OfType<Type>, tools: Tools) => void } = {
  // Its end is measured.
  renewal_started: () => undefined,
  renewed: ({ durationMs }, { to, about, ended }) =>
    to.renewalDuration.record(durationMs / 1000, { ...about, ...reasonOf(ended) }),
  renewal_failed({ error }, { to, about, ended, errorType }) {
    // Of a failure whose beginning was not seen, it cannot be said how long it took.
    if (!ended) return;
    to.renewalDuration.record(ended.tookMs / 1000, {
      ...about,
      ...reasonOf(ended),
      ...errorType(error.code),
    });
  },
  adopted: (_, { to, about }) => to.adoptions.add(1, about),
  lease_waited: ({ waitedMs }, { to, about }) => to.leaseWaitDuration.record(waitedMs / 1000, about),
  lease_taken_over: (_, { to, about }) => to.leaseTakeovers.add(1, about),
  unsaved: ({ error }, { to, about, errorType }) =>
    to.saveFailures.add(1, { ...about, ...errorType(error?.code ?? 'timeout') }),
  saved_late: ({ afterMs }, { to, about }) => to.saveDelay.record(afterMs / 1000, about),
  repaired: (_, { to, about }) => to.repairs.add(1, about),
  signed_in: (_, { to, about }) => to.signIns.add(1, about),
  signed_out: (_, { to, about }) => to.signOuts.add(1, about),
  reauthorization_required: ({ reason }, { to, about }) =>
    to.reauthorizationDemands.add(1, { ...about, 'everbearer.reauthorization.reason': reason }),
  warning: ({ code }, { to, about }) => to.warnings.add(1, { ...about, 'everbearer.warning.code': code }),
  replayed: ({ origin, method }, { to, about, request }) =>
    to.replays.add(1, { ...about, ...request.server(origin), ...request.method(method) }),
  rejected: ({ origin }, { to, about, request }) =>
    to.rejections.add(1, { ...about, ...request.server(origin) }),
  // Without the server: a program that follows links may be led to as many as somebody likes.
  not_sent: ({ reason }, { to, about, errorType }) => to.refusals.add(1, { ...about, ...errorType(reason) }),
  step_up_required: ({ origin, reason }, { to, about, request }) =>
    to.stepUps.add(1, { ...about, ...request.server(origin), 'everbearer.step_up.reason': reason }),
};

/** Servers have codes of their own. */
const MOST_CODES = 100;

/** Makes what turns events into measurements, with attributes of bounded numbers of values. */
export function measureEvents(attributesOf: SubjectAttributes): MeasureEvent {
  const request = requestAttributes();
  const codes = boundedValues(MOST_CODES);
  const errorType = (code: string): Attributes => ({ 'error.type': codes(code) });
  return (to, event, ended) => {
    // A later version of core may tell of what is not known here.
    const measure = MEASURES[event.type] as ((event: AuthEvent, tools: Tools) => void) | undefined;
    measure?.(event, { to, about: attributesOf(event), ended, request, errorType });
  };
}

function reasonOf(ended: Ended | undefined): Attributes | undefined {
  return ended && { 'everbearer.renewal.reason': ended.reason };
}
