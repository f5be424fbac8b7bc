import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

export default defineConfig([
  {
    ...base,
    // A program for a terminal: it runs on Node.
    platform: 'node',
    entry: ['src/bin.ts', 'src/index.ts', 'src/timeline.ts'],
  },
  {
    ...base,
    // Loaded by `--require` before programs of others, also by a Node that is older than ours: one file, and CommonJS.
    platform: 'node',
    entry: { preload: 'src/traced/preload.ts' },
    format: ['cjs'],
    target: 'node18',
    noExternal: [/^@everbearer\//],
    dts: false,
    sourcemap: false,
    clean: false,
  },
]);
