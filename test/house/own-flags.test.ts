import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ownFlags } from '../../scripts/own-flags.mjs';

/* "Install nothing" is understood in each way to say it; what is misspelt is refused before anything is installed. */

test.each([
  ['an argument', ['--without-system-packages'], {}],
  ['given to npm itself', [], { npm_config_without_system_packages: 'true' }],
  ['in the environment', [], { EVERBEARER_SYSTEM_PACKAGES: 'no' }],
])('no system packages: %s', (_, args, environment) => {
  expect(ownFlags(args, environment)).toEqual({ fast: false, without: true, rest: [] });
});

test('everything else is left to vitest', () => {
  const environment = {
    npm_config_without_system_packages: '',
    npm_config_cache: '/x',
    npm_config_fast: 'true',
  };
  expect(ownFlags(['packages/core', '--reporter=dot'], environment)).toEqual({
    fast: true,
    without: false,
    rest: ['packages/core', '--reporter=dot'],
  });
});

test.each([
  ['an argument', ['--without-system-package'], {}, '--without-system-package.'],
  ['another', ['--no-system-packages'], {}, '--no-system-packages.'],
  ['one with a value', ['--without-system-packages=true'], {}, '--without-system-packages=true.'],
  ['given to npm itself', [], { npm_config_without_packages: 'true' }, '--without-packages.'],
  ['in the environment', [], { EVERBEARER_SYSTEM_PACKAGES: 'never' }, 'EVERBEARER_SYSTEM_PACKAGES'],
])('misspelt, it is refused: %s', (_, args, environment, says) => {
  expect(() => ownFlags(args, environment)).toThrow(says);
});

test.each(['test.mjs', 'setup.mjs'])('%s ends before it installs anything', (script) => {
  const path = fileURLToPath(new URL(`../../scripts/${script}`, import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, '--without-system-package'], {
    encoding: 'utf8',
    // If it went on, it would find neither npx nor apt-get.
    env: { PATH: '' },
    timeout: 20_000,
  });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(
    'There is no flag --without-system-package. Did you mean --without-system-packages?',
  );
});
