import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const packages = join(import.meta.dirname, '..', 'packages');

/** The folders of the packages that are published, absolute, in the order of their names. */
export function publishedFolders(): string[] {
  return readdirSync(packages)
    .sort()
    .map((name) => join(packages, name))
    .filter((folder) => existsSync(join(folder, 'package.json')) && !isPrivate(folder));
}

function isPrivate(folder: string): boolean {
  return (
    (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { private?: boolean }).private === true
  );
}
