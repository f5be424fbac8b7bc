import { realpathSync } from 'node:fs';
import { findPackageJSON, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

/*
 * Loaded ahead of a process whose file system lets it down: see faulty-fs.ts. The file backend is that of the sources, file by
 * file, also where they were joined (SOURCE_OPTIONS): so one sees whose import it is.
 */

const shim = new URL('faulty-fs.ts', import.meta.url).href;
const manifest = realpathSync(findPackageJSON('@everbearer/backends', import.meta.url) as string);
const backend = new URL('src/file.ts', pathToFileURL(manifest)).href;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === '@everbearer/backends/file') return { url: backend, shortCircuit: true };
    const isBackend = /\/packages\/backends\/src\/file\//.test(context.parentURL ?? '');
    return specifier === 'node:fs/promises' && isBackend
      ? { url: shim, shortCircuit: true }
      : next(specifier, context);
  },
});
