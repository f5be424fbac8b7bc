import type { Options } from 'tsup';
import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

/** A program for a terminal: it runs on Node. */
const program = { ...base, platform: 'node' } as const;

/** What the program begins with: CommonJS, which Node loads without a look at everything that its own modules export. */
const beginning = {
  ...program,
  format: 'cjs',
  splitting: false,
  minify: true,
  dts: false,
  clean: false,
  external: [],
} satisfies Options;

/** Leaves an import of one of our files as it is, under the name that the file is built to. */
function apart(file: RegExp, path: string): NonNullable<Options['esbuildPlugins']>[number] {
  return {
    name: `apart: ${path}`,
    setup: (build) => build.onResolve({ filter: file }, () => ({ path, external: true })),
  };
}

/** Backends hash a few hundred bytes on the quick way: see src/plain/crypto.ts. */
const plainCrypto: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'plain crypto',
  setup: (build) =>
    build.onResolve({ filter: /^node:crypto$/ }, ({ importer }) =>
      importer.includes('/backends/src/')
        ? { path: `${import.meta.dirname}/src/plain/crypto.ts` }
        : undefined,
    ),
};

export default defineConfig([
  {
    ...program,
    entry: {
      index: 'src/index.ts',
      timeline: 'src/timeline.ts',
      'run-process': 'src/program/run-process.ts',
    },
  },
  {
    ...beginning,
    entry: { bin: 'src/bin.ts' },
    esbuildPlugins: [apart(/\/quick\.ts$/, './quick.cjs')],
    esbuildOptions(options) {
      options.supported = { 'dynamic-import': false };
    },
  },
  {
    ...beginning,
    entry: { quick: 'src/quick.ts' },
    // All that a token for a pipe needs, in one file: to find a module takes Node as long as the work takes. Every other
    // command runs from the packages that are installed.
    noExternal: [/^@everbearer\//],
    esbuildPlugins: [apart(/\/run-process\.ts$/, './run-process.js'), plainCrypto],
    esbuildOptions(options) {
      options.conditions = ['everbearer-source'];
      options.define = { 'crypto.subtle.digest': 'subtleDigest', 'globalThis.process': 'undefined' };
      options.inject = ['src/plain/crypto.ts'];
    },
  },
  {
    ...program,
    // Loaded by `--require` before programs of others, also by a Node that is older than ours: one file, and CommonJS.
    entry: { preload: 'src/traced/preload.ts' },
    format: ['cjs'],
    target: 'node18',
    noExternal: [/^@everbearer\//],
    dts: false,
    sourcemap: false,
    clean: false,
  },
]);
