import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { LAST_LINE, segmentName } from './trace-place.ts';

/** A file is left for the next one at this size. */
const SEGMENT_BYTES = 2 ** 20;
/** So many files may wait to be read: then nobody reads them. */
const MOST_WAITING = 4;

/** Writes the lines of one process or thread. */
export interface SegmentWriter {
  write(line: string): void;
  /** No more lines come. */
  end(): void;
}

/**
 * Appends lines, at once, so that a process that is killed has written them. No file stays open: a program may close what it
 * did not open. Where nobody reads any more, nothing more is written.
 */
export function segmentWriter(
  folder: string,
  writer: string,
  segmentBytes: number = SEGMENT_BYTES,
): SegmentWriter {
  let number = 0;
  let written = 0;
  let isOver = false;

  function nextSegment(): void {
    const oldest = join(folder, segmentName(writer, number + 1 - MOST_WAITING));
    isOver = number + 1 >= MOST_WAITING && existsSync(oldest);
    number += 1;
    written = 0;
  }

  function write(line: string): void {
    if (isOver) return;
    try {
      if (written >= segmentBytes) nextSegment();
      if (isOver) return;
      appendFileSync(join(folder, segmentName(writer, number)), `${line}\n`, { mode: 0o600 });
      written += line.length;
    } catch (error) {
      // The folder is gone once the trace has ended. A disk that is full may have room later.
      isOver = (error as { code?: string }).code === 'ENOENT';
    }
  }

  return { write, end: () => write(LAST_LINE) };
}
