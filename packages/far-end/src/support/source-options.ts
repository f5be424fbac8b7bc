/**
 * Options of `node` for a process that runs the sources of this workspace. `npm test` has put them into few files before
 * (scripts/join-sources.mjs): a process starts in a third of the time.
 */
export const SOURCE_OPTIONS: readonly string[] = [
  '--conditions=everbearer-source',
  '--disable-warning=ExperimentalWarning',
  ...(process.env['EVERBEARER_JOINED'] ? [`--import=${process.env['EVERBEARER_JOINED']}`] : []),
];
