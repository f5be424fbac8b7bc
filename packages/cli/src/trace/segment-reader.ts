import { closeSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { segmentName, segmentOf } from '../traced/trace-place.ts';

const CHUNK_BYTES = 64 * 1024;

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
    const newest = new Map<string, number>();
    for (const file of readdirSync(this.#folder)) {
      const segment = segmentOf(file);
      if (segment) newest.set(segment.writer, Math.max(segment.number, newest.get(segment.writer) ?? 0));
    }
    for (const [writer, last] of newest) yield* this.#linesOf(writer, last);
  }

  *#linesOf(writer: string, last: number): Generator<string> {
    const place = this.#placeOf(writer);
    for (;;) {
      yield* this.#linesIn(join(this.#folder, segmentName(writer, place.number)), place);
      if (place.number >= last) return;
      rmSync(join(this.#folder, segmentName(writer, place.number)), { force: true });
      place.number += 1;
      place.offset = 0;
    }
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

  #placeOf(writer: string): Place {
    const known = this.#places.get(writer);
    if (known) return known;
    const place = { number: 0, offset: 0, rest: '', decoder: new StringDecoder('utf8') };
    this.#places.set(writer, place);
    return place;
  }
}
