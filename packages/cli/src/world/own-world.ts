import type { Sink, World } from './world.ts';

/**
 * The world of this process.
 * @param input - what stands on standard input, where something of it was read already
 */
export function ownWorld(signal: AbortSignal, input?: World['input']): World {
  return {
    env: process.env,
    directory: process.cwd(),
    // Opened by whoever reads it.
    get input() {
      return input ?? process.stdin;
    },
    output: sinkOf(process.stdout),
    notes: sinkOf(process.stderr),
    now: Date.now,
    signal,
    endBy: (name) => void process.once('exit', () => endBy(name)),
  };
}

/** Whoever waits for this process sees that a signal ended it. */
function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // The signal may take a moment, and the exit would come first.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
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
