import type { Theme } from './row.ts';

/* Measures one of the files in rows/, named by its first argument, for the process that has started this one: see `themes.ts`. */

const { theme } = (await import(`./rows/${process.argv[2]}`)) as { theme: Theme };
process.send?.(await theme.measure());
process.disconnect?.();
