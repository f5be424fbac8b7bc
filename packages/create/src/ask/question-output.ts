/** The width of a terminal that does not tell its own, as those of expect and of some containers: they say 0. */
const USUAL_COLUMNS = 80;

/** Where questions are put: with a width in any case, or each letter had a line of its own. */
export function questionOutput(): NodeJS.WriteStream {
  const { stderr } = process;
  if (stderr.columns === 0) stderr.columns = USUAL_COLUMNS;
  return stderr;
}
