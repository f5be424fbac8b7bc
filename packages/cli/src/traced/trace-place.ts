import { join } from 'node:path';

/** Where the traced processes of one run write, and what they share. The folder is of this user alone. */

/** The variable that names the folder. It holds no secret, as others may read the environment of a process. */
export const PLACE_VARIABLE = 'EVERBEARER_TRACE';

/** The key of the fingerprints, made for this run. */
export function keyPath(folder: string): string {
  return join(folder, 'key');
}

/** What one process, or a thread of it, writes: one file after the other, so that what was read can be deleted. */
export function segmentName(writer: string, number: number): string {
  return `${writer}.${number}.jsonl`;
}

/** The other way round; undefined for a file that is none. */
export function segmentOf(file: string): { writer: string; number: number } | undefined {
  const [, writer, number] = /^([\w-]+)\.(\d+)\.jsonl$/.exec(file) ?? [];
  return writer === undefined ? undefined : { writer, number: Number(number) };
}
