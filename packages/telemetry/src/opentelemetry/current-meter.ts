import { type Meter, metrics } from '@opentelemetry/api';
import type { OpenTelemetryOptions } from './open-telemetry-options.ts';

/** The name that the instruments and spans of this package have in common. */
export const SCOPE = '@everbearer/telemetry';

/**
 * What is made of the meter that counts now. Tracers of the API find a provider that is registered later by themselves;
 * meters do not, and their instruments would measure nothing for good. So a new provider has everything made anew.
 * @param dispose - called with what was made before, when it no longer counts
 * @returns undefined where nothing is to be measured
 */
export function fromCurrentMeter<Made>(
  given: OpenTelemetryOptions['meter'],
  make: (meter: Meter) => Made,
  dispose: (made: Made) => void = () => undefined,
): () => Made | undefined {
  if (given === false) return () => undefined;
  let made: { of: unknown; value: Made } | undefined;
  return () => {
    const of = given ?? metrics.getMeterProvider();
    if (made?.of !== of) {
      if (made) dispose(made.value);
      made = { of, value: make(given ?? metrics.getMeter(SCOPE)) };
    }
    return made.value;
  };
}
