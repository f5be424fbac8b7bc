import type { CallAuth } from './guard-options.ts';

/** What the guard keeps of one call, from attempt to attempt: an adapter makes one object for each call. */
export interface GuardedCall {
  /** What the call says of its authorization, as {@link readCallAuth} gives it; `false` steps aside. */
  readonly auth: false | CallAuth | undefined;
  /** Whether it was replayed: a call is replayed once at most, however many attempts it has. Begins as `false`. */
  replayed: boolean;
  /** The `Authorization` that the guard gave it last. Kept by the guard. */
  issued?: string | undefined;
  /**
   * Where the adapter does not know what the call says of its authorization: makes the error with which a request that needs a
   * token is refused. Default: it is known.
   */
  refusal?: ((origin: string) => Error) | undefined;
}

/** A request about to leave, whichever client sends it. */
export interface OutgoingRequest {
  /** The final URL, absolute. */
  readonly url: string;
  /** The method, in any case. */
  readonly method: string;
  /** The `Authorization` it bears now; null where it bears none. */
  readonly authorization: string | null;
  /** Ends the wait for a token. */
  readonly signal: AbortSignal | undefined;
  /** The call it belongs to. */
  readonly call: GuardedCall;
  /** Whether it can be sent a second time; one whose body is a stream cannot. */
  readonly replayable: boolean;
}

/** Where a redirect leads: what of a request is other than it was when it was first sent. */
export interface Hop {
  /** Absolute, http or https. */
  readonly url: string;
  /** The method, which some redirects change to GET. */
  readonly method: string;
  /** Whether the body, and the headers that describe it, go along. */
  readonly keepsBody: boolean;
  /** Whether the origin has changed on the way: then no credential of the caller's goes along. */
  readonly crossed: boolean;
}

/** A request about to leave, and how it is sent. */
export interface Attempt extends OutgoingRequest {
  /**
   * Whether `send` leaves redirects to the guard: it gives the response that redirects, with its status and its `location`, and
   * can send the request on to a {@link Hop}. Default: false, the client follows them by rules of its own.
   */
  readonly followed?: boolean | undefined;
  /**
   * Sends with this `Authorization`: `null` without one, undefined as it is. Called once for each send, and once for each hop.
   * @param hop - where a redirect leads; default: to its own URL
   * @param proof - the `DPoP` header that goes beside a token bound to a key (RFC 9449)
   */
  send(authorization: string | null | undefined, hop?: Hop, proof?: string): Promise<Response>;
  /** Frees what was kept for a second time. Called once, when nothing is sent any more, however the attempt ended. */
  discard?: (() => void) | undefined;
}
