import { createHash, randomBytes } from 'node:crypto';

/**
 * `sole`: a text before which nothing may survive. `gone`: the record was deleted; it stays, so that no number and no
 * version comes again. What stands before either of them is never read, and is erased by the next look. `note`: it stands beside
 * the text of the version right before it, which is not a note.
 */
export type VersionKind = 'text' | 'sole' | 'gone' | 'note';

/** What one version file holds, below a header line by which damage is found. */
export interface VersionContent {
  /** Random: tells two versions of the same number apart, after the directory was emptied and filled again. */
  id: string;
  /** The id of the version that this one replaced; `-` when there was none. */
  prev: string;
  kind: VersionKind;
  text: string;
}

/** The largest record has 256 KiB; sealed, it is a third longer. */
export const LARGEST_TEXT: number = 384 * 1024;

/** Room for the header line. */
export const HEADER_BYTES = 256;
export const LARGEST_FILE: number = LARGEST_TEXT + HEADER_BYTES;

const HEADER = /^everbearer-1 (text|sole|gone|note) ([\w-]{1,64}) ([\w-]{1,64}) (\d{1,7}) ([0-9a-f]{64})$/;

export function newVersionId(): string {
  return randomBytes(12).toString('base64url');
}

export function encodeVersion({ kind, id, prev, text }: VersionContent): Buffer {
  const body = Buffer.from(text);
  const facts = `${kind} ${id} ${prev} ${body.length}`;
  return Buffer.concat([Buffer.from(`everbearer-1 ${facts} ${checksum(facts, body)}\n`), body]);
}

/** Undefined when even one bit differs from what was written. */
export function decodeVersion(bytes: Buffer): VersionContent | undefined {
  const end = bytes.subarray(0, HEADER_BYTES).indexOf('\n');
  const header = HEADER.exec(bytes.subarray(0, Math.max(end, 0)).toString('latin1'));
  if (!header) return undefined;
  const [, kind, id, prev, length, sum] = header as unknown as [
    string,
    VersionKind,
    string,
    string,
    string,
    string,
  ];
  const body = bytes.subarray(end + 1);
  if (String(body.length) !== length) return undefined;
  if (checksum(`${kind} ${id} ${prev} ${length}`, body) !== sum) return undefined;
  return { kind, id, prev, text: body.toString() };
}

/** Names damaged content, so that a save can say which damage it replaces. */
export function damageId(bytes: Buffer): string {
  return `damaged-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;
}

function checksum(facts: string, body: Buffer): string {
  return createHash('sha256').update(`${facts}\n`).update(body).digest('hex');
}
