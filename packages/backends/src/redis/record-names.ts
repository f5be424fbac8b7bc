/** How the keys of records are named in Redis. Notices about a record go over the channel of the same name. */
export interface RecordNames {
  /** In braces, so that a cluster places a record by its key alone (a hash tag). */
  of(key: string): string;
  /** Undefined for a name that is not of a record. */
  keyOf(name: string): string | undefined;
  /** A pattern that fits every record and its channel. */
  readonly all: string;
}

export function createRecordNames(prefix: string): RecordNames {
  const start = `${prefix}:{`;
  return {
    of: (key) => `${start}${key}}`,
    keyOf: (name) => (name.startsWith(start) ? name.slice(start.length, -1) : undefined),
    all: `${prefix}:*`,
  };
}
