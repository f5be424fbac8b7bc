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
  };
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  const written = () =>
    new Promise<void>((resolve, reject) => stream.write('', (error) => (error ? reject(error) : resolve())));
  return { write: (text) => void stream.write(text), written, isTerminal: stream.isTTY === true };
}
