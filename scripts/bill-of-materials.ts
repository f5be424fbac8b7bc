// What the published packages depend on, as CycloneDX 1.6, from the lockfile. Peers are the choice of their users and not in it.
//
//   node scripts/bill-of-materials.ts everbearer.cdx.json
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { publishedFolders } from './published-packages.ts';

export interface BillOfMaterials {
  bomFormat: string;
  components: readonly Component[];
}

/** A package that one of ours depends on, itself or through others. */
export interface Component {
  /** The scope of the name, with its `@`. */
  group?: string;
  name: string;
  version: string;
  purl: string;
  licenses?: readonly { license?: { id?: string; name?: string }; expression?: string }[];
}

/** The name as npm writes it. */
export function packageName({ group, name }: Component): string {
  return group === undefined ? name : `${group}/${name}`;
}

const root = join(import.meta.dirname, '..');

export function billOfMaterials(): BillOfMaterials {
  const filters = publishedFolders().flatMap((folder) => ['--filter', `./packages/${basename(folder)}`]);
  const args = [
    'sbom',
    '--sbom-format',
    'cyclonedx',
    '--sbom-spec-version',
    '1.6',
    '--prod',
    '--exclude-peers',
  ];
  const pnpm = join(root, 'node_modules', '.bin', 'pnpm');
  const text = execFileSync(pnpm, [...args, ...filters], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(text) as BillOfMaterials;
}

if (import.meta.main) {
  const [, , out] = process.argv;
  if (out === undefined)
    throw new Error('Name the file to write: node scripts/bill-of-materials.ts everbearer.cdx.json');
  writeFileSync(out, `${JSON.stringify(billOfMaterials(), null, 2)}\n`);
}
