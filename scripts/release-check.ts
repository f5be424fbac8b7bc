// What a release needs and no test shows: the versions and changelogs that `changeset version` would write, builds that are the same
// byte for byte, licences, and the bill of materials. Works in copies: nothing in the checkout changes. Needs a build.
//
//   npm run test:release
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { billOfMaterials, packageName } from './bill-of-materials.ts';
import { licenceComplaints } from './licences.ts';
import { publishedFolders } from './published-packages.ts';

interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
}

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');
const work = mkdtempSync(join(tmpdir(), 'everbearer-release-'));
const counts = { passed: 0, failed: 0 };

try {
  check('the first version is 0.1.0, with a changelog in each package', firstVersion);
  check('licences', licenceComplaints);
  check('the bill of materials lists every dependency', materials);
  check('two builds, in two folders, are the same byte for byte', sameBuilds);
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (counts.failed > 0) process.exitCode = 1;
console.log(`${counts.passed} passed, ${counts.failed} failed, 0 skipped`);

function check(name: string, body: () => string[]): void {
  let complaints: string[];
  try {
    complaints = body();
  } catch (error) {
    const {
      stdout = '',
      stderr = '',
      message,
    } = error as { stdout?: string; stderr?: string; message: string };
    complaints = [`${message}\n${stdout}${stderr}`];
  }
  counts[complaints.length === 0 ? 'passed' : 'failed'] += 1;
  console.log(`${complaints.length === 0 ? 'ok  ' : 'FAIL'}  ${name}`);
  for (const complaint of complaints) console.log(complaint.replace(/^/gm, '      '));
}

/** Once 0.1.0 is out, the next version is whatever the entries say: then the changelogs alone are looked at. */
function firstVersion(): string[] {
  const copy = copyOfCheckout('versions');
  const before = readManifest(join(copy, 'packages', 'core')).version;
  execFileSync(join(bin, 'changeset'), ['version'], { cwd: copy, stdio: 'pipe', encoding: 'utf8' });
  const folders = publishedFolders().map((folder) => join(copy, 'packages', basename(folder)));
  const versions = new Set(folders.map((folder) => readManifest(folder).version));
  const [version = ''] = versions;
  const complaints =
    versions.size === 1 ? [] : [`The packages get several versions: ${[...versions].join(', ')}`];
  if (before === '0.0.0' && version !== '0.1.0') complaints.push(`The first version would be ${version}`);
  for (const folder of folders) {
    const changelog = join(folder, 'CHANGELOG.md');
    const text = existsSync(changelog) ? readFileSync(changelog, 'utf8') : '';
    if (!text.includes(`\n## ${version}\n`))
      complaints.push(`${basename(folder)}: CHANGELOG.md has no entry ${version}`);
  }
  for (const { name, files } of packed(folders))
    if (!files.some(({ path }) => path === 'CHANGELOG.md'))
      complaints.push(`${name}: CHANGELOG.md is not packed`);
  return complaints;
}

/** What npm would publish. */
function packed(folders: string[]): { name: string; files: { path: string }[] }[] {
  const args = ['pack', '--dry-run', '--json', ...folders];
  const said = execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return JSON.parse(said) as ReturnType<typeof packed>;
}

function materials(): string[] {
  const { bomFormat, components } = billOfMaterials();
  const listed = new Set(components.map(packageName));
  const dependencies = publishedFolders().flatMap((folder) =>
    Object.keys(readManifest(folder).dependencies ?? {}),
  );
  const others = dependencies.filter((name) => !name.startsWith('@everbearer/'));
  const missing = others.filter((name) => !listed.has(name)).map((name) => `${name} is not listed`);
  return bomFormat === 'CycloneDX' ? missing : [...missing, `its format is ${bomFormat}`];
}

/** The build of the checkout, and one of a copy elsewhere, as tarballs. */
function sameBuilds(): string[] {
  const copy = copyOfCheckout('build');
  for (const folder of inOrder(publishedFolders()))
    execFileSync(join(bin, 'tsup'), {
      cwd: join(copy, 'packages', basename(folder)),
      stdio: 'pipe',
      encoding: 'utf8',
    });
  return publishedFolders().flatMap((folder) => {
    const name = basename(folder);
    if (!existsSync(join(folder, 'dist'))) return [`${name} is not built. Run \`npm run build\` first.`];
    const here = digestsOf(folder);
    const there = digestsOf(join(copy, 'packages', name));
    const files = [...new Set([...here.keys(), ...there.keys()])];
    const different = files.filter((file) => here.get(file) !== there.get(file));
    if (different.length > 0)
      return [
        `${name}: built anew, ${different.join(', ')} differs. Run \`npm run build\`, if sources have changed since.`,
      ];
    const [one, other] = [folder, join(copy, 'packages', name)].map(tarballDigest);
    return one === other ? [] : [`${name}: the files are the same, and their tarballs are not`];
  });
}

/** Each behind those of ours that it depends on, whose types it reads. */
function inOrder(folders: readonly string[]): string[] {
  const done: string[] = [];
  const names = new Map(folders.map((folder) => [readManifest(folder).name, folder]));
  const visit = (folder: string): void => {
    if (done.includes(folder)) return;
    for (const name of Object.keys(readManifest(folder).dependencies ?? {})) {
      const other = names.get(name);
      if (other !== undefined) visit(other);
    }
    done.push(folder);
  };
  folders.forEach(visit);
  return done;
}

function digestsOf(folder: string): Map<string, string> {
  const files = globSync('dist/**/*', { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  return new Map(paths.map((path) => [relative(folder, path), digest(readFileSync(path))]));
}

function tarballDigest(folder: string): string {
  const tarball = join(work, 'one.tgz');
  execFileSync(join(bin, 'pnpm'), ['pack', '--out', tarball], { cwd: folder, stdio: 'pipe' });
  return digest(readFileSync(tarball));
}

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The sources without what was built, over the same installed packages. Their links to one another are relative. */
function copyOfCheckout(name: string): string {
  const copy = join(work, name);
  mkdirSync(copy);
  const left = new Set(['.git', 'node_modules', '.cache', 'packages']);
  const all = globSync(['*', '.*'], { cwd: root }).filter((entry) => !left.has(entry));
  for (const entry of all)
    cpSync(join(root, entry), join(copy, entry), { recursive: true, filter: isSource });
  cpSync(join(root, 'packages'), join(copy, 'packages'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: isSource,
  });
  installInto(join(copy, 'node_modules'));
  return copy;
}

/**
 * The installed packages, without what pnpm notes: for it this is no installation, so that it never puts one in order here.
 * Those that bundles take in are copied, since source maps tell where they were; all others are links.
 */
function installInto(target: string): void {
  const from = join(root, 'node_modules');
  mkdirSync(join(target, '.pnpm'), { recursive: true });
  for (const entry of readdirSync(from).filter((name) => /^(\.bin$|[^.])/.test(name)))
    symlinkSync(join(from, entry), join(target, entry));
  const bundled = billOfMaterials().components.map(
    (component) => `${packageName(component).replace('/', '+')}@${component.version}`,
  );
  for (const entry of readdirSync(join(from, '.pnpm'))) {
    const [here, there] = [join(from, '.pnpm', entry), join(target, '.pnpm', entry)];
    if (bundled.includes(entry)) cpSync(here, there, { recursive: true, verbatimSymlinks: true });
    else symlinkSync(here, there);
  }
}

function isSource(path: string): boolean {
  return !/\/(dist|test|\.git)$/.test(path);
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}
