import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { reportToWatch } from '../report-to-watch.ts';

const conditions = ['everbearer-source', 'module', 'node', 'import', 'default'];

/** Tests that leak on purpose, under the watch that all tests are under. */
export default defineConfig({
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  plugins: [reportToWatch()],
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['*.leak.ts'],
    setupFiles: [fileURLToPath(new URL('../watch.ts', import.meta.url))],
    testTimeout: 30_000,
  },
});
