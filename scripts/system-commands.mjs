// The programs besides Node that the tests call. Plain JavaScript, because the setup runs on any Node from 18 on.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const { systemCommands, containers, servers, programs, page, site } = JSON.parse(
  readFileSync(new URL('test-files.json', import.meta.url), 'utf8'),
);

/** Those of `names` (default: all) that are not on this system. They are looked for on Linux alone. */
export function missingSystemCommands(names = systemCommands.map(({ command }) => command)) {
  if (process.platform !== 'linux') return [];
  return systemCommands
    .filter(({ command }) => names.includes(command) && !isOnPath(command))
    .map((each) => ({ ...each, isThere: () => isOnPath(each.command) }));
}

/** The Debian packages of the authorization servers that `npm run test:servers` starts, as far as they are not installed. */
export function missingServers() {
  return missingPackages(servers);
}

/** The Debian packages that `npm run test:containers` calls for, as far as they are not installed. */
export function missingForContainers() {
  return missingPackages(containers);
}

/** Those that `npm run test:page` looks at the page with. */
export function missingForPage() {
  return missingPackages(page);
}

/** The browser that `npm run test:site` looks at the site with, and the Chinese letters that it has none of. */
export function missingForSite() {
  return missingPackages(site);
}

function missingPackages(wanted) {
  return wanted
    .flatMap(({ neededFor, debianPackages }) =>
      debianPackages.map((debianPackage) => ({
        debianPackage,
        neededFor,
        isThere: () => isInstalled(debianPackage),
      })),
    )
    .filter(({ isThere }) => !isThere());
}

/** What `npm run test:programs` hands tokens to, as far as it is not there. A library has no command to look for. */
export function missingPrograms() {
  return programs
    .map((each) => ({
      ...each,
      isThere: () => (each.command ? isOnPath(each.command) : isInstalled(each.debianPackage)),
    }))
    .filter(({ isThere }) => !isThere());
}

function isInstalled(debianPackage) {
  const { stdout } = spawnSync('dpkg-query', ['--status', debianPackage], { encoding: 'utf8' });
  return /^Status: install ok installed$/m.test(stdout ?? '');
}

export function isOnPath(command) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  // Debian keeps the programs of PostgreSQL off the path, one folder for each version.
  const versions = '/usr/lib/postgresql';
  if (existsSync(versions)) folders.push(...readdirSync(versions).map((name) => join(versions, name, 'bin')));
  return folders.some((folder) => folder !== '' && isExecutable(join(folder, command)));
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
