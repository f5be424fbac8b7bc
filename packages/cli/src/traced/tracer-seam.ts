import { type Bearing, whileBearing } from './bearing-context.ts';
import { PLACE_VARIABLE } from './trace-place.ts';

/*
 * Where everbearer's core looks, in every copy of it, when it is loaded. So this is evaluated before anything else: what traces
 * may itself use core.
 */

let hear: (event: object) => void = () => undefined;

/** From now on, events of everbearer go there. It must not throw. */
export function hearEvents(listener: (event: object) => void): void {
  hear = listener;
}

/** As core's `Tracer` wants it. */
const tracer = {
  event: (event: object): void => hear(event),
  sending<T>(
    call: Bearing['call'],
    expiresAt: number | undefined,
    source: Partial<Pick<Bearing, 'account' | 'provider'>>,
    send: () => T,
  ): T {
    const { account, provider } = source;
    return whileBearing({ call, expiresAt, account, provider }, send);
  },
};

if (process.env[PLACE_VARIABLE]) {
  Object.defineProperty(globalThis, Symbol.for('everbearer.tracer'), { value: tracer });
}
