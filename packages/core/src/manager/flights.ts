import { abortable } from '../abortable.ts';
import type { Flight } from '../renewal/renewal-context.ts';

/**
 * Single flight: one piece of work a key, shared by all who ask while it is under way. Works of different keys
 * run one after the other, since they redeem the same refresh token.
 */
export interface Flights<T> {
  /** Joins the flight of this key, or starts it. The caller's abort detaches the caller alone. */
  join(key: string, flight: Flight, signal: AbortSignal | undefined): Promise<T>;
  /** Whether one of this key is queued or under way. */
  has(key: string): boolean;
  /** Starts the flight unless one is under way. Its failure is told to no caller. */
  startInBackground(key: string, flight: Flight): void;
  /** Runs after all that is queued. */
  enqueue<R>(work: () => Promise<R>): Promise<R>;
  /** Something is queued or under way, a flight or other work. */
  readonly busy: boolean;
  /** A flight is queued or under way. It is over by the time its callers hear of its result. */
  readonly flying: boolean;
}

export function createFlights<T>(fly: (flight: Flight) => Promise<T>): Flights<T> {
  const underway = new Map<string, { flight: Flight; result: Promise<T> }>();
  let last: Promise<unknown> = Promise.resolve();
  let queued = 0;

  function enqueue<R>(work: () => Promise<R>): Promise<R> {
    queued++;
    const result = last.then(work).finally(() => queued--);
    last = result.catch(() => undefined);
    return result;
  }

  function start(key: string, flight: Flight): Promise<T> {
    const result = enqueue(() => fly(flight)).finally(() => underway.delete(key));
    result.catch(() => undefined);
    underway.set(key, { flight, result });
    return result;
  }

  return {
    join(key, flight, signal) {
      const current = underway.get(key);
      if (current) current.flight.background = false;
      return abortable(current?.result ?? start(key, flight), signal);
    },
    has: (key) => underway.has(key),
    startInBackground(key, flight) {
      if (underway.has(key)) return;
      flight.background = true;
      void start(key, flight);
    },
    enqueue,
    get busy() {
      return queued > 0;
    },
    get flying() {
      return underway.size > 0;
    },
  };
}
