/** Options of `node` for a process that runs the sources of this workspace. */
export const SOURCE_OPTIONS: readonly string[] = [
  '--conditions=everbearer-source',
  '--disable-warning=ExperimentalWarning',
];
