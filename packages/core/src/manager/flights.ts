import { abortable } from '../abortable.ts';
import type { EndpointWait } from '../renewal/endpoint-wait.ts';
import type { Flight } from '../renewal/renewal-context.ts';

/**
 * Single flight: one piece of work for each key, shared by all who ask while it is under way. Work of different keys runs
 * one after the other, since they redeem the same refresh token.
 */
export interface Flights<T> {
  /**
   * Joins the flight of this key, or starts it. The caller's abort detaches the caller alone, and so does its deadline.
   * @throws {TokenEndpointError} `timeout` when this caller has waited for the token endpoint for too long
   */
  join(key: string, flight: Flight, signal: AbortSignal | undefined): Promise<T>;
  /** Waits for any work of this manager as a caller of {@link Flights.join} does. */
  await<R>(work: Promise<R>, signal: AbortSignal | undefined): Promise<R>;
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

export interface FlightParts {
  endpointWait: EndpointWait;
  /** Receives the work that goes on although no caller waits for it. */
  handOver(work: Promise<unknown>): void;
}

interface Underway<T> {
  flight: Flight;
  result: Promise<T>;
  /** What a caller who joins now waits for. */
  wait(): Promise<T>;
}

export function createFlights<T>(
  fly: (flight: Flight) => Promise<T>,
  { endpointWait, handOver }: FlightParts,
): Flights<T> {
  const underway = new Map<string, Underway<T>>();
  let last: Promise<unknown> = Promise.resolve();
  let queued = 0;

  function enqueue<R>(work: () => Promise<R>): Promise<R> {
    queued++;
    const result = last.then(work).finally(() => queued--);
    last = result.catch(() => undefined);
    return result;
  }

  function start(key: string, flight: Flight): Underway<T> {
    const result = enqueue(() => fly(flight)).finally(() => underway.delete(key));
    result.catch(() => undefined);
    const onLeft = () => {
      flight.background = true;
      handOver(result);
    };
    const started = { flight, result, wait: endpointWait.share(result, onLeft) };
    underway.set(key, started);
    return started;
  }

  return {
    join(key, flight, signal) {
      const current = underway.get(key) ?? start(key, flight);
      current.flight.background = false;
      return abortable(current.wait(), signal);
    },
    await: (work, signal) => abortable(endpointWait.share(work)(), signal),
    has: (key) => underway.has(key),
    startInBackground(key, flight) {
      if (underway.has(key)) return;
      flight.background = true;
      handOver(start(key, flight).result);
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
