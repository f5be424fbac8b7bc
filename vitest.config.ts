import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { HeavyFirst } from './scripts/heavy-first.ts';
import { leftOut } from './scripts/test-files.ts';
import { reportToWatch } from './test/canary/report-to-watch.ts';

// Tests start processes by the hundred: what one of them compiled, the next one reads.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url));

/** Tests run on the sources of the workspace: the private condition first, then what it stands in front of. */
const conditions = ['everbearer-source', 'module', 'node', 'default'];
const common = {
  // Test files share a process, since one of its own costs more than most of them. Whatever a file changes for good in its
  // process, it takes back.
  isolate: false,
  // Servers, processes and disks on a loaded machine: what hangs is found all the same.
  testTimeout: 30_000,
  hookTimeout: 30_000,
  expect: { poll: { timeout: 20_000 } },
  // No secret may turn up where it does not belong: watched over every test of every project.
  setupFiles: [fileURLToPath(new URL('test/canary/watch.ts', import.meta.url))],
  // Two more than there are cores, because half of the time is waiting; with more than four it could take 4 GiB of memory.
  maxWorkers: Math.min(4, availableParallelism() + 2),
};
const plugins = [reportToWatch()];
const resolve = { ssr: { resolve: { conditions } }, resolve: { conditions } };

/** The test files below a folder of the checkout that this run leaves out, as patterns relative to it. */
function excluded(folder: string): string[] {
  const inside = leftOut().filter((path) => path.startsWith(folder));
  return [...configDefaults.exclude, ...inside.map((path) => `${path.slice(folder.length)}{,**}`)];
}

const packages = readdirSync(new URL('packages', import.meta.url));

function packageProject(name: string): TestProjectConfiguration {
  return {
    ...resolve,
    plugins,
    root: `packages/${name}`,
    test: {
      ...common,
      name,
      include: ['test/**/*.test.ts'],
      exclude: excluded(`packages/${name}/`),
      typecheck: {
        enabled: !process.env['EVERBEARER_FAST_TESTS'],
        checker: 'tsc',
        include: ['test/**/*.test-d.ts'],
        tsconfig: 'test/tsconfig.json',
      },
    },
  };
}

function rootProject(
  name: string,
  include: string,
  more: { globalSetup?: string } = {},
): TestProjectConfiguration {
  return {
    ...resolve,
    plugins,
    test: { ...common, ...more, name, include: [include], exclude: excluded('') },
  };
}

export default defineConfig({
  test: {
    reporters: ['default', './scripts/counting-reporter.ts'],
    sequence: { sequencer: HeavyFirst },
    maxWorkers: common.maxWorkers,
    projects: [
      ...packages.map(packageProject),
      rootProject('examples', 'examples/*/test/**/*.test.ts'),
      rootProject('campaigns', 'campaigns/test/**/*.test.ts'),
      rootProject('peers', 'bench/peers/test/**/*.test.ts'),
      rootProject('docs', 'test/docs/**/*.test.ts'),
      rootProject('site', 'site/test/**/*.test.ts', { globalSetup: 'site/test/support/build.ts' }),
      rootProject('house', 'test/house/**/*.test.ts'),
      rootProject('interop', 'test/interop/**/*.test.ts', { globalSetup: 'test/interop/support/pack.ts' }),
    ],
  },
});
