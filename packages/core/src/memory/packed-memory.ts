import { parseRecord, serializeRecord } from '../record/credential-record.ts';
import type { StoredRecord } from '../record/record-store.ts';
import type { Remembered, Since, TokenMemory } from './token-memory.ts';

/**
 * A memory as one text, for accounts by the hundred thousand: one line holds the record, another what the record does not
 * say. It holds the tokens.
 */
export type PackedMemory = string;

type Untold = Omit<Remembered, 'known'>;

/** What is as in a new memory takes no room. */
const AS_IT_BEGINS = { rejected: [], isAside: false, pausedSince: [] };
const AS_HELD_AT_FIRST = { bornOfRejection: false, timesAgain: 0 };

const LONGEST_VERSION = 64;

type PackedSince = Omit<Since, keyof typeof AS_HELD_AT_FIRST> & Partial<typeof AS_HELD_AT_FIRST>;

/** A scope is the number of its access token in the record, which names it in full. */
type Packed = Partial<Omit<Untold, 'since'>> & {
  since: readonly (readonly [scope: number | string, since: PackedSince])[];
};

/**
 * Undefined when there is nothing to remember.
 * @param seen - what was stored when the store was last looked at, if that is known
 */
export function packMemory(
  memory: TokenMemory,
  seen: Pick<StoredRecord, 'record' | 'version' | 'recovered'> | undefined,
): PackedMemory | undefined {
  const { newest, known, slots, rejected, pausedSince } = memory;
  if (!newest) return undefined;
  const scopes = Object.keys(newest.accessTokens);
  const since = [...slots()].map(
    ([scope, { baseAgeMs, wall, monotonic, bornOfRejection, timesAgain, claims }]) => {
      const seldom = { ...(bornOfRejection && { bornOfRejection }), ...(timesAgain > 0 && { timesAgain }) };
      const at = scopes.indexOf(scope);
      return [at < 0 ? scope : at, { baseAgeMs, wall, monotonic, claims, ...seldom }] as const;
    },
  );
  const untold: Packed = {
    since,
    ...(rejected.size > 0 && { rejected: [...rejected] }),
    ...(known === undefined && { isAside: true }),
    ...(seen?.record?.writeId === newest.writeId && isShort(seen) && { version: seen.version }),
    ...(pausedSince.size > 0 && { pausedSince: [...pausedSince] }),
  };
  return `${serializeRecord(newest)}\n${JSON.stringify(untold)}`;
}

/** Some backends have the whole text as its version: that would be kept twice, so there the store is looked at again. */
const isShort = ({ version = '', recovered }: Pick<StoredRecord, 'version' | 'recovered'>) =>
  !recovered && version.length <= LONGEST_VERSION;

export function unpackMemory(packed: PackedMemory): Remembered {
  const lineEnd = packed.indexOf('\n');
  const { since, ...untold } = JSON.parse(packed.slice(lineEnd)) as Packed;
  const known = parseRecord(packed.slice(0, lineEnd), '');
  const scopes = Object.keys(known.accessTokens);
  return {
    known,
    ...AS_IT_BEGINS,
    ...untold,
    since: since.map(([scope, held]) => {
      const named = typeof scope === 'number' ? (scopes[scope] as string) : scope;
      return [named, { ...AS_HELD_AT_FIRST, ...held }] as const;
    }),
  };
}
