import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

/** Where the traced processes of one run write, and what they share. No other user can read the folder. */

/** The variable that names the folder. It holds no secret, as others may read the environment of a process. */
export const PLACE_VARIABLE = 'EVERBEARER_TRACE';

/** The key of the fingerprints, made for this run. */
export function keyPath(folder: string): string {
  return join(folder, 'key');
}

/** A name of its own for what a process, or a thread of it, writes. Numbers of processes come again. */
export function writerName(pid: number, thread: number): string {
  return `${pid}-${thread}-${randomBytes(4).toString('hex')}`;
}

/** A writer writes one file after the other, so that what was read can be deleted. */
export function segmentName(writer: string, number: number): string {
  return `${writer}.${number}.jsonl`;
}

/** The other way round; undefined for a file that is none. */
export function segmentOf(file: string): { writer: string; pid: number; number: number } | undefined {
  const [, writer = '', pid, number] = /^((\d+)-\d+-[\da-f]+)\.(\d+)\.jsonl$/.exec(file) ?? [];
  return pid === undefined ? undefined : { writer, pid: Number(pid), number: Number(number) };
}

/** The line by which a writer says that no more come. */
export const LAST_LINE = 'end';
