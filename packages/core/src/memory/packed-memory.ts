import { parseRecord, serializeRecord } from '../record/credential-record.ts';
import type { Remembered, Since, TokenMemory } from './token-memory.ts';

/**
 * A memory as one text, for accounts by the hundred thousand: the record in a line, and in another what it does not
 * tell. It holds the tokens.
 */
export type PackedMemory = string;

type Untold = Pick<Remembered, 'since' | 'rejected'>;

/** Undefined when there is nothing to remember. */
export function packMemory({ known, slots, rejected }: TokenMemory): PackedMemory | undefined {
  if (!known) return undefined;
  const since = [...slots()].map(
    ([scope, { baseAgeMs, wall, monotonic, bornOfRejection, timesAgain, claims }]) => {
      const held: Since = { baseAgeMs, wall, monotonic, bornOfRejection, timesAgain, claims };
      return [scope, held] as const;
    },
  );
  const untold: Untold = { since, rejected: [...rejected] };
  return `${serializeRecord(known)}\n${JSON.stringify(untold)}`;
}

export function unpackMemory(packed: PackedMemory): Remembered {
  const lineEnd = packed.indexOf('\n');
  return {
    known: parseRecord(packed.slice(0, lineEnd), ''),
    ...(JSON.parse(packed.slice(lineEnd)) as Untold),
  };
}
