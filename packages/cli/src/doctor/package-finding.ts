import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { quoted } from '../print/status-words.ts';
import { amiss, type Finding, sound } from './finding.ts';

/** A package of ours where it is installed. */
interface Copy {
  name: string;
  version: string;
  place: string;
}

const NAME = 'packages';

/** Whether a program in this folder can meet two copies of one of our packages; no finding where none is installed. */
export function packageFinding(directory: string): Finding[] {
  const copies = reachableFrom(directory);
  const twice = copies.filter((copy) => copies.some((other) => other !== copy && other.name === copy.name));
  if (copies.length === 0) return [];
  if (twice.length === 0)
    return [
      sound(
        NAME,
        `There is one copy of each: ${copies.map(({ name, version }) => `${name} ${version}`).join(', ')}.`,
      ),
    ];
  const places = twice.map(({ name, version, place }) => `${name} ${version} in ${place}`).join('; ');
  const detail = `There is more than one copy: ${places}. What one of them mends, a program may still meet in the other, and options of the newer are unknown to the older.`;
  return [amiss(NAME, detail, onlyOne(twice, directory))];
}

/** Those that an import from this folder finds, and those that these find in turn. */
function reachableFrom(directory: string): Copy[] {
  const found = new Map<string, Copy>();
  const folders = [directory];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const path of installedFor(folder)) {
      const place = realpathSync(path);
      const copy = found.has(place) ? undefined : copyAt(place);
      if (!copy) continue;
      found.set(place, copy);
      folders.push(place);
    }
  }
  return [...found.values()].sort((one, two) => (one.name + one.place).localeCompare(two.name + two.place));
}

/** As Node looks: the nearest `node_modules` that has a package wins. */
function installedFor(folder: string): string[] {
  const paths = new Map<string, string>();
  for (let here = folder; ; here = dirname(here)) {
    const modules = join(here, 'node_modules');
    for (const name of ['everbearer', ...namesIn(join(modules, '@everbearer'))]) {
      const path = join(modules, name);
      if (!paths.has(name) && existsSync(join(path, 'package.json'))) paths.set(name, path);
    }
    if (here === dirname(here)) return [...paths.values()];
  }
}

function namesIn(scope: string): string[] {
  try {
    return readdirSync(scope).map((name) => `@everbearer/${name}`);
  } catch {
    return [];
  }
}

function copyAt(place: string): Copy | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
    return typeof name === 'string' && typeof version === 'string' ? { name, version, place } : undefined;
  } catch {
    return undefined;
  }
}

/** The command that leaves the newest of each, by the tool whose lockfile is there. */
function onlyOne(twice: readonly Copy[], directory: string): string {
  const newest = new Map<string, string>();
  for (const { name, version } of twice) {
    const best = newest.get(name);
    if (best === undefined || best.localeCompare(version, undefined, { numeric: true }) < 0)
      newest.set(name, version);
  }
  const packages = [...newest].map(([name, version]) => quoted(`${name}@${version}`)).join(' ');
  const has = (lockfile: string) => lockfilesAbove(directory).includes(lockfile);
  if (has('pnpm-lock.yaml')) return `pnpm add ${packages} && pnpm dedupe`;
  if (has('yarn.lock')) return `yarn add ${packages} && yarn dedupe`;
  return `npm install ${packages} && npm dedupe`;
}

function lockfilesAbove(directory: string): string[] {
  const found = ['pnpm-lock.yaml', 'yarn.lock', 'package-lock.json'].filter((name) =>
    existsSync(join(directory, name)),
  );
  return found.length > 0 || directory === dirname(directory) ? found : lockfilesAbove(dirname(directory));
}
