import type { Options } from 'tsup';

/** How every package is built: ES modules, with types, for any runtime that has fetch. */
export const base = {
  format: ['esm'],
  target: 'es2023',
  platform: 'neutral',
  external: [/^node:/],
  dts: true,
  sourcemap: true,
  clean: true,
  removeNodeProtocol: false,
} satisfies Options;
