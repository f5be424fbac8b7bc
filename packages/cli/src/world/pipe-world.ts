import { fstatSync, writeSync } from 'node:fs';
import { rereadable } from './rereadable.ts';
import type { Sink, World } from './world.ts';

/**
 * The world of a command that answers at once into a pipe or a file: without Node's streams, which take as long to set up
 * as such an answer takes. What it reads from standard input can be read again. Undefined where the output may be a
 * terminal.
 */
export function pipeWorld(): World | undefined {
  if (fstatSync(1).isCharacterDevice()) return undefined;
  return {
    env: process.env,
    directory: process.cwd(),
    input: rereadable(),
    output: sinkTo(1),
    notes: sinkTo(2),
    now: Date.now,
    // A command that answers at once meets no signal.
    endBy: () => {},
    get signal() {
      return new AbortController().signal;
    },
  };
}

function sinkTo(file: number): Sink {
  return { write: (text) => writeAll(file, Buffer.from(text)), written: async () => {}, isTerminal: false };
}

/** @throws where nothing could be written; nobody who reads any more is no fault */
function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(file, bytes, at);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN' || at === 0) throw error;
      // Half of an answer is written, and the pipe is full: its reader will read on.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
