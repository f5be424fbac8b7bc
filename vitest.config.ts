import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { reportToWatch } from './test/canary/report-to-watch.ts';

/** Tests run on the sources of the workspace: the private condition first, then what it stands in front of. */
const conditions = ['everbearer-source', 'module', 'node', 'default'];
/** Servers, processes and disks on a loaded machine: what hangs is found all the same. */
const patience = { testTimeout: 30_000, hookTimeout: 30_000 };
/** No secret may turn up where it does not belong: watched over every test of every project. */
const watched = { setupFiles: [fileURLToPath(new URL('test/canary/watch.ts', import.meta.url))] };
const plugins = [reportToWatch()];
const resolve = { ssr: { resolve: { conditions } }, resolve: { conditions } };

const packages = readdirSync(new URL('packages', import.meta.url));

function packageProject(name: string): TestProjectConfiguration {
  return {
    ...resolve,
    plugins,
    root: `packages/${name}`,
    test: {
      ...patience,
      ...watched,
      name,
      include: ['test/**/*.test.ts'],
      typecheck: {
        enabled: true,
        checker: 'tsc',
        include: ['test/**/*.test-d.ts'],
        tsconfig: 'test/tsconfig.json',
      },
    },
  };
}

function rootProject(name: string, include: string): TestProjectConfiguration {
  return { ...resolve, plugins, test: { ...patience, ...watched, name, include: [include] } };
}

export default defineConfig({
  test: {
    reporters: ['default', './scripts/counting-reporter.ts'],
    projects: [
      ...packages.map(packageProject),
      rootProject('examples', 'examples/*/test/**/*.test.ts'),
      rootProject('campaigns', 'campaigns/test/**/*.test.ts'),
      rootProject('docs', 'test/docs/**/*.test.ts'),
      rootProject('house', 'test/house/**/*.test.ts'),
    ],
  },
});
