// Puts the sources of each package into a few files, for the processes that tests start by the hundred: reading 130 files takes
// such a process three times as long as everything that it does with them. Plain JavaScript, as scripts/test.mjs is.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const CONDITION = 'everbearer-source';
const PACKAGES = ['core', 'backends', 'providers', 'ky-plugin', 'telemetry', 'testing'];
/** They start processes from files that lie beside them. */
const LEFT_OUT = ['@everbearer/testing/backend-conformance', '@everbearer/testing/supervise'];

/**
 * Joins the sources as they are now.
 * @returns {Promise<string>} the module that resolves our packages to what was joined, for `node --import`
 */
export async function joinSources() {
  const joined = Object.assign({}, ...(await Promise.all(PACKAGES.map(joinPackage))));
  const hook = join(root, 'node_modules', '.cache', 'joined', 'resolve.mjs');
  keep(
    hook,
    `import { registerHooks } from 'node:module';
const JOINED = ${JSON.stringify(joined, undefined, 2)};
registerHooks({
  resolve: (specifier, context, next) =>
    Object.hasOwn(JOINED, specifier)
      ? { url: JOINED[specifier], format: 'module', shortCircuit: true }
      : next(specifier, context),
});
`,
  );
  return pathToFileURL(hook).href;
}

/** Where each entry of the package is now, by its name. */
async function joinPackage(name) {
  const folder = join(root, 'packages', name);
  const { name: published, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  // Inside the package, so that what it depends on is found.
  const outdir = join(folder, 'node_modules', '.cache', 'joined');
  const entries = Object.entries(exports)
    .map(([path, targets]) => ({ specifier: published + path.slice(1), source: targets[CONDITION] }))
    .filter(({ specifier }) => !LEFT_OUT.includes(specifier));
  const nameOf = ({ specifier }) => `entry${specifier.slice(published.length).replaceAll('/', '-')}`;
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: Object.fromEntries(entries.map((entry) => [nameOf(entry), entry.source])),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'esnext',
    conditions: [CONDITION],
    keepNames: true,
    write: false,
    logLevel: 'silent',
  });
  for (const { path, text } of outputFiles) keep(path, text);
  removeOthers(outdir, new Set(outputFiles.map(({ path }) => path)));
  return Object.fromEntries(
    entries.map((entry) => [entry.specifier, pathToFileURL(join(outdir, `${nameOf(entry)}.mjs`)).href]),
  );
}

/** Whole or not at all, and not again where it is the same: another run may be reading it. */
function keep(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  try {
    if (readFileSync(path, 'utf8') === text) return;
  } catch {
    // It is new.
  }
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}

function removeOthers(folder, kept) {
  for (const name of readdirSync(folder)) if (!kept.has(join(folder, name))) rmSync(join(folder, name));
}
