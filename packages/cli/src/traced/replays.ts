import type { Bearing } from './bearing-context.ts';

/** A request, as far as telling replays apart needs it. */
export interface Sent {
  id: string;
  at: number;
  fingerprint: string | undefined;
  status?: number | undefined;
}

/** So long after its 401, the same request with another token is one that the program repeats by itself. */
const OWN_REPLAY_MS = 10_000;
const MOST = 200;

/** Tells which request repeats another with another token. */
export class Replays {
  readonly #lastOf = new WeakMap<object, Sent>();
  /** Requests of the program's own that were answered 401, by the fingerprint of method and address: a query may be secret. */
  readonly #rejected = new Map<string, Sent>();
  readonly #fingerprint: (text: string) => string;

  constructor(fingerprint: (text: string) => string) {
    this.#fingerprint = fingerprint;
  }

  /** The request that this one repeats. Where everbearer sends, it says itself which call it is. */
  begin(sent: Sent, place: string, call: Bearing['call'] | undefined): string | undefined {
    const before = call ? this.#lastOf.get(call) : this.#takeRejected(place, sent.at);
    if (call) this.#lastOf.set(call, sent);
    if (!before || before.fingerprint === undefined || before.fingerprint === sent.fingerprint)
      return undefined;
    // A redirect leads to the next request of its call; it is not repeated.
    const isAnswered = before.status !== undefined && !(before.status >= 300 && before.status < 400);
    return isAnswered && sent.fingerprint !== undefined ? before.id : undefined;
  }

  /** Notes a 401 to a request of the program's own. */
  rejected(sent: Sent, place: string): void {
    this.#rejected.set(this.#fingerprint(place), sent);
    if (this.#rejected.size > MOST) this.#rejected.delete(this.#rejected.keys().next().value as string);
  }

  #takeRejected(place: string, now: number): Sent | undefined {
    if (this.#rejected.size === 0) return undefined;
    const key = this.#fingerprint(place);
    const before = this.#rejected.get(key);
    this.#rejected.delete(key);
    return before && now - before.at < OWN_REPLAY_MS ? before : undefined;
  }
}
