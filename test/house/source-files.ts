import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

export interface Import {
  /** As written between the quotes. */
  specifier: string;
  /** `import type` or `export type`: gone at run time. */
  typeOnly: boolean;
}

/** TypeScript files below a folder of the checkout, as paths relative to that folder. */
export function sourceFiles(folder: string): string[] {
  const isOurs = (path: string) => !path.includes('node_modules') && !path.split('/').includes('dist');
  return globSync('**/*.ts', { cwd: join(root, folder) })
    .filter(isOurs)
    .sort();
}

/** Folders that match a pattern such as `packages/*`. */
export function folders(pattern: string): string[] {
  return globSync(`${pattern}/package.json`, { cwd: root })
    .map((path) => path.replace('/package.json', ''))
    .sort();
}

/** The API reports of a package, as paths of the checkout. */
export function reportsOf(folder: string): string[] {
  return globSync(`${folder}/etc/*.api.md`, { cwd: root }).sort();
}

export function readSource(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Every import, re-export, dynamic import and `import()` type of a file that names a module. */
export function importsOf(source: string): Import[] {
  const code = source.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '');
  const found: Import[] = [];
  for (const match of code.matchAll(
    /^\s*(?:import|export)\b(\s+type\b(?!\s+from))?[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  )) {
    found.push({ specifier: match[2] as string, typeOnly: match[1] !== undefined });
  }
  for (const match of code.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm)) {
    found.push({ specifier: match[1] as string, typeOnly: false });
  }
  for (const match of code.matchAll(/\b(?:import|require)\s*\(\s*['"`]([^'"`]+)['"`]/g)) {
    found.push({ specifier: match[1] as string, typeOnly: false });
  }
  return found;
}
