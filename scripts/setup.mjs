// Brings the checkout into a state in which everything runs: packages, Node 24, and (for the tests) a few system
// commands. Plain JavaScript without dependencies, because it runs before there are any, on any Node from 18 on.
//
//   node scripts/setup.mjs                             what the tests need
//   node scripts/setup.mjs --for start                 what the example needs: no system commands, no servers of others
//   node scripts/setup.mjs --for redis                 what the example over Redis needs
//   node scripts/setup.mjs --for example               what one of the examples needs
//   node scripts/setup.mjs --for interop               what npm run test:interop needs
//   node scripts/setup.mjs --for containers            what npm run test:containers needs
//   node scripts/setup.mjs --for servers               the authorization servers that Debian has, for npm run test:servers
//   node scripts/setup.mjs --for peers                 the other libraries that npm run bench:peers measures
//   node scripts/setup.mjs --for page                  a browser and its fonts, for npm run test:page
//   node scripts/setup.mjs --for docs                  what npm run docs needs
//   node scripts/setup.mjs --for site                  the same, a browser and Chinese letters, for npm run test:site
//   node scripts/setup.mjs --for programs              the programs of Debian that npm run test:programs hands tokens to
//   node scripts/setup.mjs --without-system-packages   installs no system commands (EVERBEARER_SYSTEM_PACKAGES=no)
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownFlags } from './own-flags.mjs';
import {
  isOnPath,
  missingForContainers,
  missingForPage,
  missingForSite,
  missingPrograms,
  missingServers,
  missingSystemCommands,
} from './system-commands.mjs';

const root = realpathSync(fileURLToPath(new URL('..', import.meta.url)));
const isRoot = process.getuid?.() === 0;
const purpose = argumentOf('--for');

/** Packages that bring much, with the purposes they are for; `undefined` are the tests. Nothing else needs them. */
const HEAVY = [
  {
    name: '@everbearer/real-servers',
    manifest: 'packages/real-servers/package.json',
    isFor: [undefined, 'servers'],
  },
  {
    name: 'example-mcp-client',
    manifest: 'examples/mcp-client/package.json',
    isFor: [undefined, 'servers', 'example'],
  },
  { name: '@everbearer/site', manifest: 'site/package.json', isFor: ['docs', 'site'] },
  { name: 'everbearer-bench-peers', manifest: 'bench/peers/package.json', isFor: ['peers'] },
];

class SetupError extends Error {}

let mayInstall = false;
try {
  mayInstall = !readFlags().without;
  installPackages();
  checkNode();
  if (purpose === 'redis') provide(missingSystemCommands(['redis-server']));
  else if (purpose === 'interop') provide([...missingSystemCommands(['redis-server']), ...missingForPage()]);
  else if (purpose === 'servers') provide(missingServers());
  else if (purpose === 'page') provide(missingForPage());
  else if (purpose === 'site') provide(missingForSite());
  else if (purpose === 'programs') provide(missingPrograms());
  else if (purpose === 'containers') provide(missingForContainers());
  else if (purpose === undefined) provide(missingSystemCommands());
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`setup: ${error.message}`);
  process.exitCode = 1;
}

/** Before anything is installed: what nobody knows is refused. */
function readFlags() {
  try {
    return ownFlags(process.argv.slice(2), process.env);
  } catch (error) {
    throw new SetupError(error.message);
  }
}

function argumentOf(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

function installPackages() {
  const manifests = workspaceManifests();
  const all = fingerprint(manifests);
  const stamp = join(root, 'node_modules', '.everbearer-setup');
  // What was installed, and what was left out of it then.
  const [installed, ...lacking] = readOrEmpty(stamp).split(' without ');
  // What another purpose has installed stays.
  const leftOut = HEAVY.filter(({ isFor }) => !isFor.includes(purpose))
    .map(({ manifest }) => manifest)
    .filter((manifest) => installed !== all || lacking.includes(manifest));
  const needed = manifests.filter((path) => !leftOut.includes(path));
  const isEnough = installed === all && lacking.every((path) => leftOut.includes(path));
  if (isEnough && needed.every(isInstalled)) return;

  requireWritable(root);
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  console.log(`setup: installing the packages of pnpm-lock.yaml with ${packageManager}`);
  const started = Date.now();
  const filter = HEAVY.filter(({ manifest }) => leftOut.includes(manifest)).flatMap(({ name }) => [
    '--filter',
    `!${name}`,
  ]);
  const output = runPnpm(packageManager, ['install', '--frozen-lockfile', ...filter]);
  if (output.status !== 0) throw installError(output, packageManager);
  writeFileSync(stamp, [all, ...leftOut].join(' without '));
  console.log(`setup: packages are in place (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

/** The package.json files of the workspace: the root's, and those of the folders that pnpm-workspace.yaml names. */
function workspaceManifests() {
  const [, list = ''] =
    /^packages:\n((?: +- .+\n)+)/m.exec(readOrEmpty(join(root, 'pnpm-workspace.yaml'))) ?? [];
  const patterns = list.match(/(?<=- ).+/g) ?? [];
  const folders = patterns.flatMap((pattern) =>
    pattern.endsWith('/*') ? foldersIn(pattern.slice(0, -2)) : [pattern],
  );
  return ['package.json', ...folders.map((folder) => join(folder, 'package.json'))].filter((path) =>
    existsSync(join(root, path)),
  );
}

function foldersIn(parent) {
  if (!existsSync(join(root, parent))) return [];
  return readdirSync(join(root, parent))
    .sort()
    .map((name) => join(parent, name));
}

/** Includes where the checkout is: node_modules does not survive being copied elsewhere. */
function fingerprint(manifests) {
  const hash = createHash('sha256').update(`${root}\0${process.platform}\0${process.arch}`);
  for (const path of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.pnpmfile.cjs', ...manifests]) {
    hash.update(`\0${path}\0`).update(readOrEmpty(join(root, path)));
  }
  return hash.digest('hex');
}

function isInstalled(manifest) {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(join(root, manifest), 'utf8'));
  const needs = Object.keys(dependencies).length + Object.keys(devDependencies).length;
  return needs === 0 || existsSync(join(root, manifest, '..', 'node_modules'));
}

function runPnpm(packageManager, args) {
  // `npm run --silent` would silence npx as well, and its errors with it.
  const env = { ...process.env, CI: 'true', npm_config_loglevel: 'error', ...homeOfItsOwn() };
  const result = spawnSync('npx', ['-y', packageManager, ...args], {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 15 * 60_000,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (result.error?.code === 'ENOENT') {
    throw new SetupError('npx was not found. Install npm (it comes with Node.js) and run this again.');
  }
  if (result.error?.code === 'ETIMEDOUT') {
    throw new SetupError(
      'The install took over 15 minutes and was stopped. Check the network and run this again.',
    );
  }
  if (result.error) throw new SetupError(`npx could not be started (${result.error.message}).`);
  return result;
}

/** npm and pnpm keep their caches under HOME. Where HOME cannot be written, a folder in the checkout takes its place. */
function homeOfItsOwn() {
  if (isWritable(homedir())) return {};
  const home = join(root, '.cache', 'home');
  mkdirSync(home, { recursive: true });
  console.log('setup: HOME cannot be written, so downloads are kept in .cache/home of this checkout');
  return {
    HOME: home,
    npm_config_cache: join(home, '.npm'),
    XDG_CACHE_HOME: undefined,
    XDG_DATA_HOME: undefined,
  };
}

/** What went wrong, in a sentence that says what to do; with the end of the output, for all that is not foreseen. */
function installError({ status, signal, stdout, stderr }, packageManager) {
  const output = `${stdout}\n${stderr}`;
  const remedy = remedyFor(output, packageManager);
  const end = output.trim().split('\n').slice(-15).join('\n');
  return new SetupError(
    `the packages could not be installed (${signal ?? `exit code ${status}`}). ${remedy}\n\n${end}`,
  );
}

function remedyFor(output, packageManager) {
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|dns error|error sending request/i.test(
      output,
    )
  ) {
    return 'The package registry could not be reached: check the network and the `registry` and proxy settings of npm, then run `npm run setup` again.';
  }
  if (/OUTDATED_LOCKFILE|FROZEN_LOCKFILE|LOCKFILE_CONFIG_MISMATCH/.test(output)) {
    return `pnpm-lock.yaml does not fit the package.json files: run \`npx ${packageManager} install\` and keep the changed lockfile.`;
  }
  if (/ENOSPC|No space left/i.test(output)) return 'The disk is full: about 1 GB is needed.';
  if (/EACCES|EPERM|EROFS|permission denied|read-only file system/i.test(output)) {
    return 'A file or folder could not be written: make sure that node_modules, and the npm and pnpm caches under HOME, belong to you.';
  }
  return 'Its last lines follow; remove node_modules and run `npm run setup` again if they do not help.';
}

/** Node 24 comes with the packages on Linux x64; elsewhere the user's own Node has to run TypeScript sources. */
function checkNode() {
  if (existsSync(join(root, 'node_modules', '.bin', 'node'))) return;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return;
  throw new SetupError(
    `Node ${process.versions.node} is too old here. Install Node 24 (at least 22.18) and run this again.`,
  );
}

/** Installs the Debian packages of these commands, and says first which, and what for. */
function provide(missing) {
  if (missing.length === 0) return;
  const packages = unique(missing.map(({ debianPackage }) => debianPackage)).join(' ');
  const what = `${packages} (for ${unique(missing.map(({ neededFor }) => neededFor)).join(', ')})`;
  const command = `apt-get update && apt-get install -y --no-install-recommends ${packages}`;
  if (!mayInstall) {
    if (purpose !== undefined)
      throw new SetupError(`${what} is missing, and is not to be installed from here.`);
    console.log(`setup: doing without the system packages ${what}`);
    return;
  }
  const without = purpose !== undefined ? '' : ' Or do without: npm test -- --without-system-packages';
  if (!isOnPath('apt-get'))
    throw new SetupError(
      `There is no apt-get here. Install ${what} with the package manager of this system.${without}`,
    );
  if (!isRoot) throw new SetupError(`Only root can install ${what}. Run: sudo sh -c '${command}'.${without}`);

  console.log(`setup: installing the system packages ${what} with apt-get.${without}`);
  installSystemPackages(command, packages, missing);
}

function unique(names) {
  return [...new Set(names)];
}

function installSystemPackages(command, packages, missing) {
  const result = withoutServices(() =>
    spawnSync('sh', ['-c', command], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  if (result.status === 0 && missing.every(({ isThere }) => isThere())) return;
  const end = `${result.stdout}\n${result.stderr ?? result.error}`.trim().split('\n').slice(-10).join('\n');
  throw new SetupError(`${packages} could not be installed. Check the network, or run: ${command}\n\n${end}`);
}

/** Debian starts the services it installs unless this file says no; the tests start servers of their own. */
function withoutServices(install) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return install();
  try {
    writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    return install();
  } finally {
    rmSync(policy, { force: true });
  }
}

function requireWritable(folder) {
  const modules = join(folder, 'node_modules');
  const target = existsSync(modules) ? modules : folder;
  if (!isWritable(target)) {
    throw new SetupError(
      `${target} cannot be written. Run this as the user who owns the checkout, or in a copy of your own.`,
    );
  }
}

function isWritable(folder) {
  return canAccess(folder, constants.W_OK | constants.X_OK);
}

function canAccess(path, mode) {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function readOrEmpty(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
