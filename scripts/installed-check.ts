// Checks the command line, and what `npm create everbearer` writes, as their users get them: packed, installed by plain npm from
// an empty folder, run by npx, in pipes and in a real terminal, and how long it takes to start. Needs a build, the package
// registry, and `script` of Debian's bsdutils.
import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import {
  type AuthorizationServer,
  createAuthorizationServer,
} from '@everbearer/testing/authorization-server';
import { coldStart } from './cold-start.ts';
import { checkCreate } from './installed-create.ts';

const root = join(import.meta.dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'everbearer-installed-'));
const installed = join(work, 'installed');
const counts = { passed: 0, failed: 0 };
/** How npm reaches its registry. What npm tells the scripts that it runs is about this repository. */
const OF_NPM = /^npm_(?!config_(registry|cache|userconfig|globalconfig|https?_proxy|noproxy|cafile)$)/i;
const inherited = Object.entries(process.env).filter(
  ([name]) => !/^EVERBEARER_|^INIT_CWD$/.test(name) && !OF_NPM.test(name),
);
const env = {
  ...Object.fromEntries(inherited),
  PATH: `${join(installed, 'node_modules', '.bin')}:${process.env['PATH']}`,
  XDG_STATE_HOME: join(work, 'state'),
  npm_config_update_notifier: 'false',
  TERM: 'xterm',
  NO_COLOR: '1',
};

/** A folder with these files, and the program that is installed beside it on the path. */
function folder(name: string, files: Readonly<Record<string, unknown>> = {}): string {
  const path = join(work, name);
  mkdirSync(path, { recursive: true });
  for (const [file, content] of Object.entries(files))
    writeFileSync(join(path, file), JSON.stringify(content));
  return path;
}

function run(cwd: string, line: string, input = ''): SpawnSyncReturns<string> {
  return spawnSync('sh', ['-c', line], { cwd, env, input, encoding: 'utf8', timeout: 60_000 });
}

/** As `run`, while a server of this process answers. */
async function runBeside(
  cwd: string,
  line: string,
): Promise<{ status: number; stdout: string; stderr: string }> {
  const child = spawn('sh', ['-c', line], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const [status] = (await once(child, 'close')) as [number];
  return { status, stdout, stderr };
}

async function check(name: string, body: () => unknown): Promise<void> {
  try {
    await body();
    counts.passed += 1;
    console.log(`ok    ${name}`);
  } catch (error) {
    counts.failed += 1;
    console.log(`FAIL  ${name}\n      ${String((error as Error).message).replaceAll('\n', '\n      ')}`);
  }
}

function expect(
  what: string,
  found: { status: number | null; stdout: string; stderr: string },
  wanted: Wanted,
): void {
  const { status = 0, out, notes } = wanted;
  const shown = stripVTControlCharacters(found.stdout);
  const isFine = found.status === status && (out?.test(shown) ?? true) && (notes?.test(found.stderr) ?? true);
  if (!isFine) throw new Error(`${what}: status ${found.status}\n${shown}\n${found.stderr}`);
}

interface Wanted {
  status?: number;
  out?: RegExp;
  notes?: RegExp;
}

function packAll(names: readonly string[]): string[] {
  return names.map((name) => {
    const tarball = join(work, `${name}.tgz`);
    const cwd = join(root, 'packages', name);
    if (!existsSync(join(cwd, 'dist')))
      throw new Error(`packages/${name} is not built. Run \`npm run build\` first.`);
    execFileSync(join(root, 'node_modules', '.bin', 'pnpm'), ['pack', '--out', tarball], {
      cwd,
      stdio: 'pipe',
    });
    return tarball;
  });
}

const CLIENT = '--yes --client-id 11111111-2222-3333-4444-555555555555 --scope Mail.Read';

async function checkNpx(tarballs: readonly string[]): Promise<void> {
  const npx = `npx --yes ${tarballs.map((path) => `--package=${path}`).join(' ')} everbearer`;
  const empty = folder('empty');
  await check('npx everbearer --help, in an empty folder', () =>
    expect('help', run(empty, `${npx} --help`), { out: /Commands:[\s\S]*init[\s\S]*doctor/ }),
  );
  await check('npx everbearer init', () =>
    expect('init', run(empty, `${npx} init ${CLIENT}`), { out: /Wrote .*everbearer\.config\.json/ }),
  );
  await check('npx everbearer status: a person must sign in', () =>
    expect('status', run(empty, `${npx} status`), { status: 2, out: /everbearer login/ }),
  );
  await check('nothing else is left in that folder', () => {
    const names = readdirSync(empty);
    if (names.join() !== 'everbearer.config.json') throw new Error(names.join());
  });
}

async function checkProjects(tarballs: readonly string[]): Promise<void> {
  folder('installed', { 'package.json': { name: 'installed', private: true, type: 'commonjs' } });
  await check('npm install, from the tarballs', () =>
    expect('npm', run(installed, `npm install --no-audit --no-fund ${tarballs.join(' ')}`), {}),
  );
  await check('in a project of type commonjs', () => {
    expect('help', run(installed, 'npx everbearer --help'), { out: /Commands:/ });
    expect('init', run(installed, `npx everbearer init --format js ${CLIENT}`), {});
    expect('status', run(installed, 'npx everbearer status'), { status: 2, notes: /^$/ });
    const code = `require('everbearer').loadConfig().then(({ path, provider }) => console.log(path, provider.scopes))`;
    expect('require()', run(installed, `node -e "${code}"`), {
      out: /everbearer\.config\.js \[ 'Mail.Read' \]/,
    });
  });
  await check('in a project of type module, with TypeScript', () => {
    const files = { 'package.json': { type: 'module' }, 'tsconfig.json': {} };
    const here = folder('installed/typed', files);
    expect('init', run(here, `everbearer init ${CLIENT}`), { out: /everbearer\.config\.ts/ });
    expect('status', run(here, 'everbearer status'), { status: 2, notes: /^$/ });
  });
  await check('an older Node is told what is missing', () => {
    const main = join(installed, 'node_modules', 'everbearer', 'dist', 'bin.cjs');
    const older = `Object.defineProperty(process.versions, 'node', { value: '20.1.0' }); require(${JSON.stringify(main)})`;
    expect('Node 20', spawnSync(process.execPath, ['-e', older], { encoding: 'utf8' }), {
      status: 3,
      notes: /Node 22\.18 or later is needed, and this is 20\.1\.0/,
    });
  });
}

/** Types in a terminal, and tells what was shown and how the program ended: a shell that waits for it would end by Ctrl-C itself. */
async function terminal(
  cwd: string,
  line: string,
  onShown: (shown: string, type: (keys: string) => void) => void,
) {
  const child = spawn('script', ['-qec', `stty cols 80 rows 24; exec ${line}`, '/dev/null'], { cwd, env });
  let raw = '';
  child.stdin.on('error', () => {});
  child.stdout.on('data', (chunk) => {
    raw += chunk;
    onShown(stripVTControlCharacters(raw), (keys) => child.stdin.write(keys));
  });
  const [status] = (await once(child, 'close')) as [number];
  return { status, stdout: stripVTControlCharacters(raw), stderr: '' };
}

/** Types each text once, when its words are shown. */
function answers(...pairs: readonly (readonly [words: string, keys: string])[]) {
  let next = 0;
  return (shown: string, type: (keys: string) => void) => {
    const [words, keys] = pairs[next] ?? [];
    if (words === undefined || !shown.includes(words)) return;
    next += 1;
    type(keys as string);
  };
}

async function checkTerminal(server: AuthorizationServer): Promise<void> {
  const here = folder('terminal');
  const line = `everbearer init --issuer ${server.issuer} --client-id ${server.clientId} --directory tokens`;
  await check('init asks, in a terminal', async () => {
    const shown = answers(
      ['Whose data', '\r'],
      ['Scopes', 'Mail.Read offline_access\r'],
      ['client secret?', '\r'],
      ['Names of', '\r'],
    );
    expect('init', await terminal(here, line, shown), { out: /Next: everbearer login/ });
  });
  await check('Ctrl-C at a question leaves nothing behind', async () => {
    const there = folder('interrupted');
    const ran = await terminal(there, 'everbearer init', answers(['Who issues', '\u0003']));
    expect('init', ran, { status: 1, out: /Nothing was written/ });
    if (readdirSync(there).length > 0) throw new Error(readdirSync(there).join());
  });
  await check('login by device code, interrupted: nobody is signed in', async () => {
    expect('login', await terminal(here, 'everbearer login', answers(['/device', '\u0003'])), {
      status: 3,
      out: /Ended before/,
    });
    expect('status', run(here, 'everbearer status'), { status: 2 });
  });
  await check('login by device code', async () => {
    const approve = () => {
      for (const code of server.pendingUserCodes()) server.approve(code);
    };
    const shown = (text: string) => text.includes('/device') && setTimeout(approve, 100);
    expect('login', await terminal(here, 'everbearer login', shown), { out: /Signed in/ });
  });
  await check('status, in a terminal and in a pipe', async () => {
    expect('terminal', await terminal(here, 'everbearer status', () => {}), { out: /default +valid/ });
    expect('pipe', await runBeside(here, 'everbearer status | head -1'), {
      out: /^default +valid\n$/,
      notes: /^$/,
    });
  });
  await check('token: into a pipe, refused on a terminal, with nobody who reads', async () => {
    const { stdout } = await runBeside(here, 'everbearer token | cat');
    if (server.judge(stdout.trim()).kind !== 'valid') throw new Error('The pipe got no valid token.');
    const refused = await terminal(here, 'everbearer token', () => {});
    expect('terminal', refused, { status: 3, out: /--yes/ });
    if (server.secrets().some((secret) => refused.stdout.includes(secret)))
      throw new Error('A secret was shown.');
    expect('no reader', await runBeside(here, 'everbearer token | true'), { notes: /^$/ });
    expect('full', await runBeside(here, 'everbearer token > /dev/full'), {
      status: 1,
      notes: /takes nothing more/,
    });
  });
}

try {
  const tarballs = packAll(['cli', 'core', 'backends', 'providers']);
  await checkProjects(tarballs);
  await checkNpx(tarballs);
  await using server = await createAuthorizationServer({
    deviceIntervalSeconds: 1,
    accessTokenLifeMs: 3_600_000,
  });
  await checkTerminal(server);
  const [create = '', testing = ''] = packAll(['create', 'testing']);
  const tools = { check, expect, folder, run, runBeside, terminal, answers, env };
  await checkCreate(tools, { create, ours: [...tarballs, testing], server });
  await check('everbearer token, with a token in hand, starts at most 1.6 times as slowly as Node', () => {
    const told = coldStart(
      join(work, 'terminal'),
      realpathSync(join(installed, 'node_modules', '.bin', 'everbearer')),
    );
    console.log(`      ${told.words}`);
    if (told.ratio > 1.6) throw new Error('It takes longer than that.');
  });
} catch (error) {
  counts.failed += 1;
  console.log(`FAIL  ${(error as Error).message}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (counts.failed > 0) process.exitCode = 1;
console.log(`${counts.passed} passed, ${counts.failed} failed, 0 skipped`);
