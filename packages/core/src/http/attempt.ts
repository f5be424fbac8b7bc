import type { CallAuth } from './guard-options.ts';

/** What the guard keeps of one call, from attempt to attempt: an adapter makes one object a call. */
export interface GuardedCall {
  /** What the call says of its authorization, as {@link readCallAuth} gives it; `false` steps aside. */
  readonly auth: false | CallAuth | undefined;
  /** Whether it was replayed: that happens once a call, however many attempts it has. Begins as `false`. */
  replayed: boolean;
  /** The `Authorization` that the guard gave it last. Kept by the guard. */
  issued?: string | undefined;
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

/** A request about to leave, and how it is sent. */
export interface Attempt extends OutgoingRequest {
  /** Called before the first wait: from here on, what the caller changes in its own objects must not matter. */
  snapshot?: (() => void) | undefined;
  /** Sends with this `Authorization`: `null` without one, undefined as it is. Called at most twice. */
  send(authorization: string | null | undefined): Promise<Response>;
  /** Frees what was kept for a second time. Called once, when nothing is sent any more, however the attempt ended. */
  discard?: (() => void) | undefined;
}
