// Checks every published package as its users get it: packed, unpacked, imported, and type-checked. Needs a build.
//
//   node scripts/pack-check.ts            fails where a public API differs from its report in packages/<name>/etc,
//                                         lacks a doc comment, or shows a type that no entry exports
//   node scripts/pack-check.ts --update   writes the reports
import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { checkApiReport } from './api-report.ts';
import { publishedFolders } from './published-packages.ts';

interface Manifest {
  name: string;
  private?: boolean;
  exports: Record<string, { types: string; default: string } | string>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  author?: string;
  bugs?: { url: string };
  description?: string;
  homepage?: string;
  keywords?: string[];
  license?: string;
  repository?: { type: string; url: string; directory: string };
}

interface Packed {
  folder: string;
  shortName: string;
  tarball: string;
  /** The manifest in the tarball. */
  manifest: Manifest;
  /** Where it is unpacked. */
  installed: string;
}

/** These run wherever fetch runs, so their types may not lean on Node's. */
const RUNTIME_NEUTRAL = ['@everbearer/core', '@everbearer/ky-plugin', '@everbearer/telemetry'];

const REPOSITORY = 'https://github.com/everbearer/everbearer';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');
const updateReports = process.argv.includes('--update');
const work = mkdtempSync(join(tmpdir(), 'everbearer-pack-'));
const counts = { passed: 0, failed: 0 };

try {
  const unbuilt = publishedFolders().filter((folder) => !existsSync(join(folder, 'dist')));
  if (unbuilt.length > 0) {
    counts.failed += 1;
    console.log(
      `FAIL  not built: ${unbuilt.map((folder) => basename(folder)).join(', ')}. Run \`npm run build\` first.`,
    );
  } else {
    const packages = publishedFolders().map(packOne);
    await Promise.all([...packages.map(attw), checkEverythingElse(packages)]);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (counts.passed === 0) counts.failed += 1;
if (counts.failed > 0) process.exitCode = 1;
console.log(`${counts.passed} passed, ${counts.failed} failed, 0 skipped`);

async function checkEverythingElse(packages: readonly Packed[]): Promise<void> {
  for (const packed of packages) {
    await check(`${packed.shortName}: contents`, () => checkContents(packed));
    await check(`${packed.shortName}: publint`, () => checkPublint(packed));
    for (const subpath of Object.keys(packed.manifest.exports)) {
      await check(`${specifier(packed, subpath)}: import`, () => checkImport(packed, subpath));
      await check(`${specifier(packed, subpath)}: API report`, () => checkApi(packed, subpath));
    }
  }
  const isNeutral = ({ manifest }: Packed) => RUNTIME_NEUTRAL.includes(manifest.name);
  await check('types, without those of Node', () => checkTypes(packages.filter(isNeutral), []));
  await check('types, with those of Node', () => checkTypes(packages, ['node']));
}

/** Runs one check; it fails by throwing or by returning complaints. */
async function check(name: string, body: () => string[] | Promise<string[]>): Promise<void> {
  let complaints: string[];
  try {
    complaints = await body();
  } catch (error) {
    complaints = [error instanceof Error ? error.message : String(error)];
  }
  counts[complaints.length === 0 ? 'passed' : 'failed'] += 1;
  console.log(`${complaints.length === 0 ? 'ok  ' : 'FAIL'}  ${name}`);
  for (const complaint of complaints) console.log(complaint.replace(/^/gm, '      '));
}

/** Packs and unpacks a package beside the others, with nothing but the dependencies it declares. */
function packOne(folder: string): Packed {
  if (!existsSync(join(folder, 'dist')))
    throw new Error(`${folder} has no dist: run \`npm run build\` first.`);
  const { name } = readManifest(folder);
  const shortName = name.replace('@everbearer/', '');
  const tarball = join(work, `${shortName}.tgz`);
  execFileSync(join(bin, 'pnpm'), ['pack', '--out', tarball], { cwd: folder, stdio: 'pipe' });
  const installed = join(work, 'node_modules', name);
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  const manifest = readManifest(installed);
  for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (!isOurs(dependency)) linkDependency(folder, installed, dependency);
  }
  return { folder, shortName, tarball, manifest, installed };
}

/** Whether a package, or a path that begins with its name, is one of this repository. */
function isOurs(name: string): boolean {
  return name.startsWith('@everbearer/') || /^everbearer(\/|$)/.test(name);
}

function linkDependency(folder: string, installed: string, dependency: string): void {
  const source = join(folder, 'node_modules', dependency);
  if (!existsSync(source)) return;
  const target = join(installed, 'node_modules', dependency);
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(realpathSync(source), target);
}

function checkContents({ folder, installed, manifest }: Packed): string[] {
  const complaints: string[] = [];
  const allowed = ['dist', 'package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'node_modules'];
  for (const name of readdirSync(installed))
    if (!allowed.includes(name)) complaints.push(`${name} is packed`);
  if (!existsSync(join(installed, 'LICENSE'))) complaints.push('LICENSE is not packed');
  const text = JSON.stringify({ ...manifest, devDependencies: undefined });
  if (text.includes('everbearer-source')) complaints.push('`exports` names the private source condition');
  if (text.includes('workspace:')) complaints.push('a dependency still says `workspace:`');
  const subpathsHere = Object.keys(readManifest(installed).exports);
  const subpathsThere = Object.keys(manifest.exports);
  if (subpathsHere.join() !== subpathsThere.join())
    complaints.push('`publishConfig.exports` lacks a subpath');
  return [...complaints, ...strayFiles(installed), ...missingWords(folder, manifest)];
}

/** What was built, and nothing else: no sources, no tests, no notes of tools. */
function strayFiles(installed: string): string[] {
  const files = globSync('dist/**/*', { cwd: installed, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const stray = files.filter(({ name }) => !/\.(js|js\.map|d\.ts|cjs|cjs\.map)$/.test(name));
  return stray.map(({ name }) => `dist holds ${name}`);
}

/** What the page of the package in the registry shows. */
function missingWords(folder: string, manifest: Manifest): string[] {
  const { author, bugs, description, homepage, keywords = [], license, repository } = manifest;
  const at = `packages/${basename(folder)}`;
  const complaints: string[] = [];
  if (!author || !description || !license || keywords.length < 3)
    complaints.push('package.json needs `author`, `description`, `license`, and at least three `keywords`');
  if (repository?.url !== `git+${REPOSITORY}.git` || repository.directory !== at)
    complaints.push(`\`repository\` is not git+${REPOSITORY}.git with the directory ${at}`);
  if (homepage !== `${REPOSITORY}/tree/main/${at}#readme`) complaints.push('`homepage` is not the README');
  if (bugs?.url !== `${REPOSITORY}/issues`) complaints.push('`bugs` is not where issues are');
  return complaints;
}

async function checkPublint({ installed }: Packed): Promise<string[]> {
  const { messages, pkg } = await publint({ pkgDir: installed, strict: true, pack: false });
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

async function attw({ shortName, tarball }: Packed): Promise<void> {
  const options = ['--profile', 'esm-only', '--no-definitely-typed', '--format', 'ascii', '--no-emoji'];
  await check(`${shortName}: attw`, async () => {
    try {
      await run(join(bin, 'attw'), [tarball, ...options]);
      return [];
    } catch (error) {
      return [(error as { stdout: string }).stdout || String(error)];
    }
  });
}

async function checkImport(packed: Packed, subpath: string): Promise<string[]> {
  const code = `const all = Object.entries(await import(${JSON.stringify(specifier(packed, subpath))}));
    const renamed = all.filter(([name, { prototype } = {}]) => prototype instanceof Error && prototype.constructor.name !== name);
    console.log(renamed.map(([name, { name: built }]) => name + ' is printed as ' + built).join('\\n'));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: work });
  return stdout.split('\n').filter((line) => line !== '');
}

function checkTypes(packages: readonly Packed[], types: readonly string[]): string[] {
  const name = types.join('-') || 'bare';
  const imports = packages.flatMap((packed) =>
    Object.keys(packed.manifest.exports).map((subpath) => specifier(packed, subpath)),
  );
  const lines = imports.map((path, index) => `import * as m${index} from '${path}';\nexport { m${index} };`);
  writeFileSync(join(work, `${name}.mts`), `${lines.join('\n')}\n`);
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'ES2024',
    lib: ['ES2024', 'ESNext.Disposable', 'DOM', 'DOM.Iterable'],
    module: 'NodeNext',
    skipLibCheck: false,
    types,
    typeRoots: [join(root, 'node_modules', '@types')],
  };
  writeFileSync(join(work, `${name}.json`), JSON.stringify({ compilerOptions, files: [`${name}.mts`] }));
  try {
    execFileSync(join(bin, 'tsc'), ['-p', `${name}.json`, '--pretty', 'false'], { cwd: work, stdio: 'pipe' });
    return [];
  } catch (error) {
    const output = String((error as { stdout: unknown }).stdout);
    const concernsUs = (line: string) =>
      (line.startsWith('node_modules/') && isOurs(line.slice('node_modules/'.length))) ||
      line.startsWith(name);
    return output.split('\n').filter(concernsUs);
  }
}

function checkApi({ folder, shortName, manifest }: Packed, subpath: string): string[] {
  const types = typesOf(manifest, subpath);
  if (types === undefined) return [];
  const report = subpath === '.' ? shortName : `${shortName}.${subpath.slice(2).replaceAll('/', '.')}`;
  const allTypes = Object.keys(manifest.exports).flatMap((entry) => typesOf(manifest, entry) ?? []);
  return checkApiReport(
    { folder, types, allTypes, report },
    { root, temporary: work, update: updateReports },
  );
}

function typesOf({ exports }: Manifest, subpath: string): string | undefined {
  const entry = exports[subpath];
  return typeof entry === 'object' ? entry.types : undefined;
}

function specifier({ manifest }: Packed, subpath: string): string {
  return subpath === '.' ? manifest.name : `${manifest.name}${subpath.slice(1)}`;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}
