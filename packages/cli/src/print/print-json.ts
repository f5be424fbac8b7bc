import type { Sink } from '../world/world.ts';

/** One JSON document, for machines. */
export function printJson(sink: Sink, value: unknown): void {
  sink.write(`${JSON.stringify(value, null, 2)}\n`);
}
