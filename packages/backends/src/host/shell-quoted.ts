/** A path as a shell takes it, for the command in a message. */
export function shellQuoted(path: string): string {
  return /^[\w./:@%+,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
