import { registerHooks } from 'node:module';

/* Loaded ahead of a process whose file system lets it down: see faulty-fs.ts. */

const shim = new URL('faulty-fs.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const isBackend = /\/packages\/backends\/src\/file\//.test(context.parentURL ?? '');
    return specifier === 'node:fs/promises' && isBackend
      ? { url: shim, shortCircuit: true }
      : next(specifier, context);
  },
});
