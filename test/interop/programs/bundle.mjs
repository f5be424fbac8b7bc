// node bundle.mjs BUNDLER ENTRY OUT PLATFORM [EXTERNAL...]: makes one bundle, as the pages of each bundler say.
import { resolve } from 'node:path';
import process from 'node:process';

const [bundler, entry, out, platform, ...external] = process.argv.slice(2);
const isBrowser = platform === 'browser';

const bundlers = {
  async esbuild() {
    const { build } = await import('esbuild');
    const banner = {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    };
    await build({
      entryPoints: [entry],
      outfile: `${out}/main.mjs`,
      bundle: true,
      format: 'esm',
      platform,
      external,
      logLevel: 'error',
      // msal-node brings CommonJS, which requires Node's own modules.
      ...(!isBrowser && { banner }),
    });
  },
  async webpack() {
    const { default: webpack } = await import('webpack');
    const configuration = {
      mode: 'production',
      optimization: { minimize: false },
      devtool: false,
      entry: resolve(entry),
      target: isBrowser ? 'web' : 'node22',
      output: { path: resolve(out), filename: 'main.mjs', module: true, chunkFormat: 'module' },
      experiments: { outputModule: true },
      externalsType: 'module',
      externals: Object.fromEntries(external.map((name) => [name, name])),
    };
    const stats = await new Promise((done, failed) =>
      webpack(configuration, (error, result) => (error ? failed(error) : done(result))),
    );
    if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
  },
  async rollup() {
    const { rollup } = await import('rollup');
    const [{ default: nodeResolve }, { default: commonjs }, { default: json }] = await Promise.all(
      ['node-resolve', 'commonjs', 'json'].map((name) => import(`@rollup/plugin-${name}`)),
    );
    const plugins = [nodeResolve({ browser: isBrowser, preferBuiltins: !isBrowser }), commonjs(), json()];
    const made = await rollup({
      input: entry,
      plugins,
      external: [...external, ...(isBrowser ? [] : [/^node:/])],
      onwarn: warned,
    });
    await made.write({ dir: out, entryFileNames: 'main.mjs', format: 'es', inlineDynamicImports: true });
  },
  async vite() {
    const { build } = await import('vite');
    await build({
      logLevel: 'error',
      configFile: false,
      publicDir: false,
      ...(isBrowser ? {} : { ssr: { noExternal: true, external } }),
      build: {
        ssr: !isBrowser,
        outDir: out,
        emptyOutDir: true,
        target: 'esnext',
        rollupOptions: { input: entry, external, output: { format: 'es', entryFileNames: 'main.mjs' } },
      },
    });
  },
};

/** A module that is not found is a warning to Rollup, and ends in a bundle that does not run. */
function warned({ code, message }) {
  if (code === 'UNRESOLVED_IMPORT') throw new Error(message);
}

await bundlers[bundler]();
