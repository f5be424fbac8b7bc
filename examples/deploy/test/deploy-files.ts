import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

/** Where the files are that a reader copies. */
export const FOLDER: string = fileURLToPath(new URL('..', import.meta.url));

export const textOf = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

/** An object as Kubernetes takes it. */
export interface Manifest {
  file: string;
  apiVersion: string;
  kind: string;
  content: Record<string, unknown>;
}

/** What stands in a YAML file, a value for each document. */
export function documentsIn(name: string): Record<string, unknown>[] {
  return parseAllDocuments(textOf(name), { merge: true }).map((document) => {
    if (document.errors.length > 0) throw new Error(`${name}: ${document.errors.join('\n')}`);
    return document.toJS() as Record<string, unknown>;
  });
}

export const manifests: Manifest[] = globSync(['kubernetes/*.yaml', 'airflow/*.yaml'], { cwd: FOLDER })
  .sort()
  .flatMap((file) =>
    documentsIn(file).map((content) => ({
      file,
      apiVersion: String(content['apiVersion']),
      kind: String(content['kind']),
      content,
    })),
  );

/** Every value below a member of this name, at any depth. */
export function valuesNamed(name: string, within: unknown): unknown[] {
  if (typeof within !== 'object' || within === null) return [];
  return Object.entries(within).flatMap(([key, value]) => [
    ...(key === name && !Array.isArray(within) ? [value] : []),
    ...valuesNamed(name, value),
  ]);
}
