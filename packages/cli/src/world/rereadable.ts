import { readSync } from 'node:fs';
import type { World } from './world.ts';

const CHUNK_BYTES = 64 * 1024;

/**
 * Standard input, read without a stream while that can be done without waiting for a turn, and from its beginning each
 * time that it is read.
 */
export function rereadable(): World['input'] {
  const read: Buffer[] = [];
  let rest: World['input'] | undefined;
  return {
    async *[Symbol.asyncIterator]() {
      yield* read;
      for (let part = next(); part; part = next()) yield part;
      if (rest) for await (const part of rest) yield keep(Buffer.from(part));
    },
    get isTTY() {
      return process.stdin.isTTY;
    },
  };

  /** Undefined at the end, and where only a stream can wait for more. */
  function next(): Buffer | undefined {
    if (rest) return undefined;
    const bytes = Buffer.alloc(CHUNK_BYTES);
    try {
      const count = readSync(0, bytes);
      return count === 0 ? undefined : keep(bytes.subarray(0, count));
    } catch (error) {
      // Windows says so of a pipe that has ended.
      if ((error as { code?: string }).code !== 'EOF') rest = process.stdin;
      return undefined;
    }
  }

  function keep(part: Buffer): Buffer {
    read.push(part);
    return part;
  }
}
