// Which licences the dependencies of the published packages have: docs/licences.md.
//
//   node scripts/licences.ts            fails where the page is not what the lockfile says, or where a licence is not one of ALLOWED
//   node scripts/licences.ts --update   writes the page
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOfMaterials, type Component, packageName } from './bill-of-materials.ts';

/** Those that ask for no more than their text and a notice. */
const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
]);

const page = join(import.meta.dirname, '..', 'docs', 'licences.md');

/** What is wrong with the licences, or with the page; empty if nothing is. */
export function licenceComplaints(): string[] {
  const components = dependencies();
  const refused = components.filter((component) => !ALLOWED.has(licenceOf(component)));
  const complaints = refused.map(
    (component) =>
      `${packageName(component)} ${component.version} has the licence ${licenceOf(component)}, which nobody has allowed.`,
  );
  if (readFileSync(page, 'utf8') !== pageOf(components))
    complaints.push(
      'docs/licences.md is not what the lockfile says. Run `node scripts/licences.ts --update`, and read what changed.',
    );
  return complaints;
}

function dependencies(): Component[] {
  const others = billOfMaterials().components.filter(
    (component) => !/^(@everbearer\/|everbearer$)/.test(packageName(component)),
  );
  return others.sort((one, other) =>
    `${packageName(one)}@${one.version}` < `${packageName(other)}@${other.version}` ? -1 : 1,
  );
}

function licenceOf({ licenses = [] }: Component): string {
  const names = licenses.map(
    ({ license, expression }) => expression ?? license?.id ?? license?.name ?? 'unknown',
  );
  return names.length === 0 ? 'none' : names.join(' AND ');
}

function pageOf(components: readonly Component[]): string {
  const rows = components.map((component) => [
    packageName(component),
    component.version,
    licenceOf(component),
  ]);
  const table = [['package', 'version', 'licence'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const [head = [], ...body] = table;
  return `${INTRODUCTION}\n${[line(head), rule, ...body.map(line)].join('\n')}\n`;
}

const INTRODUCTION = `# Licences

What the published packages depend on, themselves or through others, in the versions that they are tested with. Everbearer itself is under the MIT licence. Peers, such as ky, redis and
\`@azure/msal-node\`, are installed by you. Written by \`node scripts/licences.ts --update\`.
`;

if (import.meta.main) {
  if (process.argv.includes('--update')) writeFileSync(page, pageOf(dependencies()));
  const complaints = licenceComplaints();
  for (const complaint of complaints) console.error(complaint);
  if (complaints.length > 0) process.exitCode = 1;
}
