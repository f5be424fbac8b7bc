import { appendFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KeptTrace, readLastTrace } from '../../src/trace/kept-trace.ts';
import { SegmentReader } from '../../src/trace/segment-reader.ts';
import { segmentWriter } from '../../src/traced/segment-writer.ts';
import { segmentName, writerName } from '../../src/traced/trace-place.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Above what any system gives out. */
const DEAD_PID = 2 ** 30;

const line = (number: number) => `line ${number} ä${'x'.repeat(80)}`;
const sizeOf = (folder: string) => readdirSync(folder).length;

test('what is read is deleted, so that a trace of any length takes the same room', () => {
  const folder = temporaryDirectory();
  const { write } = segmentWriter(folder, writerName(process.pid, 0), 1_000);
  const reader = new SegmentReader(folder);
  const read: string[] = [];
  for (let number = 0; number < 500; number++) {
    write(line(number));
    if (number % 7 === 0) read.push(...reader.lines());
    expect(sizeOf(folder)).toBeLessThanOrEqual(3);
  }
  read.push(...reader.lines());
  expect(read).toEqual(Array.from({ length: 500 }, (_, number) => line(number)));
});

test('where nobody reads, or the folder is gone, writing ends and nothing is thrown', () => {
  const folder = temporaryDirectory();
  const { write } = segmentWriter(folder, writerName(process.pid, 0), 1_000);
  for (let number = 0; number < 500; number++) write(line(number));
  expect(sizeOf(folder)).toBe(4);
  const other = segmentWriter(folder, writerName(process.pid, 1), 1_000);
  rmSync(folder, { recursive: true });
  other.write(line(1));
  other.end();
});

test('what has ended leaves nothing behind: threads that say so, and processes that were killed', () => {
  const folder = temporaryDirectory();
  const reader = new SegmentReader(folder);
  const ended = segmentWriter(folder, writerName(process.pid, 1));
  ended.write('a');
  ended.end();
  const killed = segmentWriter(folder, writerName(DEAD_PID, 0));
  killed.write('b');
  const living = segmentWriter(folder, writerName(process.pid, 0));
  living.write('c');
  expect([...reader.lines()].sort()).toEqual(['a', 'b', 'c']);
  expect(sizeOf(folder)).toBe(1);
  living.write('d');
  expect([...reader.lines()]).toEqual(['d']);
});

test('a line that is half written is read once it is whole', () => {
  const folder = temporaryDirectory();
  const reader = new SegmentReader(folder);
  const whole = Buffer.from('{"url":"…"}\n');
  const path = join(folder, segmentName(writerName(process.pid, 0), 0));
  appendFileSync(path, whole.subarray(0, 10));
  expect([...reader.lines()]).toEqual([]);
  appendFileSync(path, whole.subarray(10));
  expect([...reader.lines()]).toEqual(['{"url":"…"}']);
});

test('of a long trace the last part is kept, and of traces the last five', () => {
  const folder = temporaryDirectory();
  for (let at = 0; at < 9; at++) {
    const kept = new KeptTrace(folder, 1_700_000_000_000 + at, 1_000);
    for (let number = 0; number < 40; number++) kept.add(`${at} ${line(number)}`);
    expect(kept.isKept).toBe(true);
  }
  const last = readLastTrace(folder)?.trim().split('\n') ?? [];
  expect(last.at(-1)).toBe(`8 ${line(39)}`);
  expect(last.every((each) => each.startsWith('8 '))).toBe(true);
  expect(last.length).toBeGreaterThan(11);
  expect(last.length).toBeLessThan(30);
  expect(readdirSync(folder).filter((name) => name.endsWith('.jsonl'))).toHaveLength(5);
});

test('where nothing can be kept, the program is traced all the same', () => {
  const file = join(temporaryDirectory({ file: '' }), 'file');
  for (const folder of [undefined, file, join(file, 'no', 'such', 'folder')]) {
    const kept = new KeptTrace(folder, 1_700_000_000_000);
    kept.add('line');
    expect(kept.isKept).toBe(false);
  }
  expect(readLastTrace(file)).toBeUndefined();
});
