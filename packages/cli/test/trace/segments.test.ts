import { appendFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KeptTrace, readLastTrace } from '../../src/trace/kept-trace.ts';
import { SegmentReader } from '../../src/trace/segment-reader.ts';
import { segmentWriter } from '../../src/traced/segment-writer.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const line = (number: number) => `line ${number} ä${'x'.repeat(80)}`;
const sizeOf = (folder: string) => readdirSync(folder).length;

test('what is read is deleted, so that a trace of any length takes the same room', () => {
  const folder = temporaryDirectory();
  const write = segmentWriter(folder, 'writer', 1_000);
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
  const write = segmentWriter(folder, 'writer', 1_000);
  for (let number = 0; number < 500; number++) write(line(number));
  expect(sizeOf(folder)).toBe(4);
  const other = segmentWriter(folder, 'other', 1_000);
  rmSync(folder, { recursive: true });
  other(line(1));
});

test('a line that is half written is read once it is whole', () => {
  const folder = temporaryDirectory();
  const reader = new SegmentReader(folder);
  const whole = Buffer.from('{"url":"…"}\n');
  appendFileSync(join(folder, 'w.0.jsonl'), whole.subarray(0, 10));
  expect([...reader.lines()]).toEqual([]);
  appendFileSync(join(folder, 'w.0.jsonl'), whole.subarray(10));
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
  for (const folder of [undefined, file]) {
    const kept = new KeptTrace(folder, 1_700_000_000_000);
    kept.add('line');
    expect(kept.isKept).toBe(false);
  }
  expect(readLastTrace(file)).toBeUndefined();
});
