import { closeSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { LAST_LINE, segmentName, segmentOf } from '../traced/trace-place.ts';
import { isAlive } from './is-alive.ts';

const CHUNK_BYTES = 64 * 1024;

/** The files of one writer. */
interface Span {
  pid: number;
  first: number;
  last: number;
}

/** Where one writer's lines are read. */
interface Place {
  number: number;
  offset: number;
  rest: string;
  decoder: StringDecoder;
}

/** Reads what traced processes wrote, and deletes what is read and left by its writer. */
export class SegmentReader {
  readonly #folder: string;
  readonly #places = new Map<string, Place>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Every whole line that came since the last time. */
  *lines(): Generator<string> {
    const found = new Map<string, Span>();
    for (const file of readdirSync(this.#folder)) {
      const segment = segmentOf(file);
      if (!segment) continue;
      const { writer, pid, number } = segment;
      const { first, last } = found.get(writer) ?? { first: number, last: number };
      found.set(writer, { pid, first: Math.min(first, number), last: Math.max(last, number) });
    }
    for (const [writer, span] of found) yield* this.#linesOf(writer, span);
  }

  *#linesOf(writer: string, { pid, first, last }: Span): Generator<string> {
    // Before it is read: what a process wrote that has ended by now is there.
    let isOver = !isAlive(pid);
    const place = this.#placeOf(writer, first);
    for (;;) {
      const path = join(this.#folder, segmentName(writer, place.number));
      for (const line of this.#linesIn(path, place)) {
        if (line === LAST_LINE) isOver = true;
        else yield line;
      }
      if (place.number >= last && !isOver) return;
      rmSync(path, { force: true });
      if (place.number >= last) break;
      place.number += 1;
      place.offset = 0;
    }
    this.#places.delete(writer);
  }

  *#linesIn(path: string, place: Place): Generator<string> {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    const file = openSync(path, 'r');
    try {
      for (;;) {
        const count = readSync(file, buffer, 0, CHUNK_BYTES, place.offset);
        if (count === 0) return;
        place.offset += count;
        const lines = (place.rest + place.decoder.write(buffer.subarray(0, count))).split('\n');
        place.rest = lines.pop() as string;
        yield* lines;
      }
    } finally {
      closeSync(file);
    }
  }

  #placeOf(writer: string, number: number): Place {
    const known = this.#places.get(writer);
    if (known) return known;
    const place = { number, offset: 0, rest: '', decoder: new StringDecoder('utf8') };
    this.#places.set(writer, place);
    return place;
  }
}
