/**
 * What traces this process, if something does: `everbearer trace` puts it in place before the program is loaded. It throws
 * nothing. It could read any request of its process, and keeps no token.
 */
export interface Tracer {
  /** Hears every `AuthEvent`, whether or not the program listens. */
  event(event: object): void;
  /**
   * Sends, by calling `send` once and at once.
   * @param call - the same object for all sends of a call; its `issued` is the header that goes along, to be compared and not kept
   * @param expiresAt - when the token ends that goes along, where that is known
   * @param source - whose `account` and `provider` say where the token is from
   */
  sending<T>(call: object, expiresAt: number | undefined, source: object, send: () => T): T;
}

/** Undefined where nothing traces this process: then a request costs nothing more. */
export const tracer: Tracer | undefined = (globalThis as Record<symbol, Tracer | undefined>)[
  Symbol.for('everbearer.tracer')
];
