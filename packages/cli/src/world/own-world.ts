import type { Sink, World } from './world.ts';

/** The world of this process. */
export function ownWorld(signal: AbortSignal): World {
  return {
    env: process.env,
    directory: process.cwd(),
    // Opened by whoever reads it.
    get input() {
      return process.stdin;
    },
    output: sinkOf(process.stdout),
    notes: sinkOf(process.stderr),
    now: Date.now,
    signal,
  };
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  const written = () =>
    new Promise<void>((resolve, reject) => stream.write('', (error) => (error ? reject(error) : resolve())));
  return {
    write: (text) => void stream.write(text),
    written,
    isTerminal: stream.isTTY === true,
    // A terminal that nobody sized says 0.
    get columns() {
      return stream.columns || undefined;
    },
    get rows() {
      return stream.rows || undefined;
    },
  };
}
