import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The version of this package, and of all others of ours: they are released together. */
export function ownVersion(): string {
  const path = findPackageJSON(import.meta.url) as string;
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
