interface Emitter {
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

/** Calls the listener at each of these events; returns the function that ends it. */
export function onEvents(emitter: Emitter, events: readonly string[], listener: () => void): () => void {
  for (const event of events) emitter.on(event, listener);
  return () => {
    for (const event of events) emitter.off(event, listener);
  };
}
