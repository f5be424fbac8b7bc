import { AsyncLocalStorage } from 'node:async_hooks';

/** A send by everbearer's guard, as it tells of it. */
export interface Bearing {
  /** The same for all sends of a call. */
  call: { readonly issued?: string | undefined };
  expiresAt: number | undefined;
  account: string | undefined;
  provider: string | undefined;
}

const sends = new AsyncLocalStorage<Bearing>();

/** The send that this runs in; undefined where everbearer is not sending. */
export function currentBearing(): Bearing | undefined {
  return sends.getStore();
}

/** Calls `send`; inside it, and in whatever it starts, `currentBearing()` is this one. */
export function whileBearing<T>(bearing: Bearing, send: () => T): T {
  return sends.run(bearing, send);
}
