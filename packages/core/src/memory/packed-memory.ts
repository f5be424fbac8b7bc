import { parseRecord, serializeRecord } from '../record/credential-record.ts';
import type { Remembered, Since, TokenMemory } from './token-memory.ts';

/**
 * A memory as one text, for accounts by the hundred thousand: the record in a line, and in another what it does not
 * tell. It holds the tokens.
 */
export type PackedMemory = string;

type Untold = Omit<Remembered, 'known'>;

/** Undefined when there is nothing to remember. */
export function packMemory(memory: TokenMemory): PackedMemory | undefined {
  const { newest, known, slots, rejected, pausedSince } = memory;
  if (!newest) return undefined;
  const since = [...slots()].map(
    ([scope, { baseAgeMs, wall, monotonic, bornOfRejection, timesAgain, claims }]) => {
      const held: Since = { baseAgeMs, wall, monotonic, bornOfRejection, timesAgain, claims };
      return [scope, held] as const;
    },
  );
  const untold: Untold = { since, rejected: [...rejected], isAside: known === undefined, pausedSince };
  return `${serializeRecord(newest)}\n${JSON.stringify(untold)}`;
}

export function unpackMemory(packed: PackedMemory): Remembered {
  const lineEnd = packed.indexOf('\n');
  return {
    known: parseRecord(packed.slice(0, lineEnd), ''),
    ...(JSON.parse(packed.slice(lineEnd)) as Untold),
  };
}
