// What `npm create everbearer` writes, as its users get it: installed by plain npm from packed packages, and started, for each
// kind of program. Part of scripts/installed-check.ts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuthorizationServer, protectedBy } from '@everbearer/testing/authorization-server';
import { jsonReply, listenOnLoopback, send } from '@everbearer/testing/loopback-server';

interface Found {
  status: number | null;
  stdout: string;
  stderr: string;
}

type Watch = (shown: string, type: (keys: string) => void) => void;

/** Of scripts/installed-check.ts. */
interface Tools {
  check(name: string, body: () => unknown): Promise<void>;
  expect(what: string, found: Found, wanted: { status?: number; out?: RegExp; notes?: RegExp }): void;
  folder(name: string): string;
  run(cwd: string, line: string): Found;
  runBeside(cwd: string, line: string): Promise<Found>;
  terminal(cwd: string, line: string, onShown: Watch): Promise<Found>;
  answers(...pairs: readonly (readonly [words: string, keys: string])[]): Watch;
  env: Readonly<Record<string, string | undefined>>;
}

interface Packed {
  /** The tarball of create-everbearer. */
  create: string;
  /** Those of the packages that its projects depend on. */
  ours: readonly string[];
  server: AuthorizationServer;
}

export async function checkCreate(tools: Tools, { create, ours, server }: Packed): Promise<void> {
  const { check, expect, folder, run } = tools;
  const npx = `npx --yes --package=${create} create-everbearer`;
  const home = folder('create');
  await checkQuestions(tools, npx);
  /** A project as a person makes it, up to `npm install`. */
  const project = (name: string, flags: string): string => {
    expect('create', run(home, `${npx} ${name} ${flags}`), { out: /npm install\n +npm start/ });
    const path = join(home, name);
    const install = `npm install --no-audit --no-fund --prefer-offline ${ours.join(' ')}`;
    expect('npm install', run(path, install), {});
    expect('typecheck', run(path, 'npm run --silent typecheck'), { out: /^$/ });
    return path;
  };
  await check('npm create everbearer: a daemon for Microsoft Graph, until Ctrl-C', async () => {
    const path = project('my-daemon', '--yes');
    const ran = await started(tools, path, /(\d messages in the inbox[\s\S]*){5}/, 'SIGINT');
    expect('npm start', ran, { out: /renews its token: rejected/, notes: /^(npm [^\n]*\n)*$/ });
    expect('status', run(path, 'npx everbearer status'), { status: 3, notes: /`provider.clientId` must be/ });
  });
  await check('npm create everbearer: workers over Redis for Google', () => {
    const path = project('my-workers', '--api google --tokens redis --program worker');
    expect('npm start', run(path, 'npm start'), { out: /job 6: 640 messages/, notes: /^$/ });
    const half = run(path, 'CLIENT_ID=an-id node src/main.ts');
    expect('half a set-up', half, {
      status: 1,
      out: /^$/,
      notes: /CLIENT_SECRET, which is not set\. Set it\.\n$/,
    });
    if (/^ +at /m.test(half.stderr)) throw new Error(half.stderr);
  });
  await check('npm create everbearer: a web application for GitHub', async () => {
    const path = project('my-web', '--api github --tokens memory --program web');
    const app = await freeAddress();
    const come = async () => {
      await visit(app);
      const taken = await tools.runBeside(path, `APP_URL=${app} node src/main.ts`);
      expect('a port that is taken', taken, { status: 1, notes: /EADDRINUSE.*Another port/ });
    };
    const notUrl = run(path, 'APP_URL=nonsense node src/main.ts');
    expect('no address', notUrl, { status: 1, out: /^$/, notes: /^APP_URL is not an address[^\n]*\n$/ });
    const ran = await started(tools, path, /Open http/, 'SIGTERM', come, { APP_URL: app });
    expect('npm start', ran, { out: /renews its token: rejected/ });
  });
  await check('npm create everbearer: a job, first as it is and then at a real service', () =>
    checkJob(tools, project('my-job', '--api other --tokens env --program job'), server),
  );
}

async function checkQuestions(
  { check, expect, folder, terminal, answers }: Tools,
  npx: string,
): Promise<void> {
  const asked = folder('create-asked');
  await check('npm create everbearer asks, in a terminal', async () => {
    const shown = answers(
      ['Which API', '\u001b[B\u001b[B\r'],
      ['What kind', '\r'],
      ['Where do tokens', '\r'],
    );
    expect('create', await terminal(asked, `${npx} my-app`, shown), { out: /It calls GitHub/ });
    if (readdirSync(asked).join() !== 'my-app') throw new Error(readdirSync(asked).join());
    expect('again', await terminal(asked, `${npx} my-app`, () => {}), { status: 1, out: /not empty/ });
  });
  const ends = { 'Ctrl-C': '\u0003', 'Ctrl-D': '\u0004' };
  for (const [name, keys] of Object.entries(ends)) {
    await check(`npm create everbearer: ${name} at a question leaves nothing behind`, async () => {
      const there = folder(`create-${name}`);
      const ran = await terminal(there, npx, answers(['Which API', '\r'], ['What kind', keys]));
      expect('create', ran, { status: 1, out: /Nothing was written/ });
      if (readdirSync(there).length > 0) throw new Error(readdirSync(there).join());
    });
  }
}

/** `npm start`, until its output is as wanted; then a signal ends it, as it ends what a terminal or systemd started. */
async function started(
  { env }: Tools,
  cwd: string,
  wanted: RegExp,
  signal: NodeJS.Signals,
  visit: (() => Promise<void>) | undefined = undefined,
  more: Readonly<Record<string, string>> = {},
): Promise<Found> {
  const child = spawn('npm', ['start'], { cwd, env: { ...env, ...more }, detached: true });
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const isOpen = () => child.exitCode === null && child.signalCode === null;
  const end = (name: NodeJS.Signals) => isOpen() && process.kill(-(child.pid as number), name);
  const timer = setTimeout(() => end('SIGKILL'), 60_000);
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const seen = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      if (wanted.test(stdout)) resolve();
    });
  });
  try {
    await Promise.race([seen, closed]);
    await visit?.();
  } finally {
    end(signal);
    await closed;
    clearTimeout(timer);
  }
  if (child.signalCode === 'SIGKILL') throw new Error(`It did not end by ${signal}:\n${stdout}${stderr}`);
  // What npm says of a signal is npm's; the program has ended, since its output is closed.
  return { status: 0, stdout, stderr };
}

async function freeAddress(): Promise<string> {
  const { port, close } = await listenOnLoopback(async () => undefined);
  await close();
  return `http://localhost:${port}`;
}

/** A person signs in at the web application, and comes back until a token has been refused. */
async function visit(app: string): Promise<void> {
  const cookies = new Map<string, string>();
  let text = '';
  let next: string | undefined = `${app}/sign-in`;
  for (let step = 0; step < 12; step++) {
    const cookie = [...cookies].map((each) => each.join('=')).join('; ');
    const response: Response = await fetch(next ?? app, { headers: { cookie }, redirect: 'manual' });
    for (const each of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^(\w+)=([^;]*)/.exec(each) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    next = location === null ? undefined : new URL(location, next ?? app).href;
    text = await response.text();
  }
  if (!/ada@contoso\.example has 17 public repositories/.test(text)) throw new Error(text);
}

async function checkJob({ expect, run, runBeside }: Tools, path: string, server: AuthorizationServer) {
  expect('npm start', run(path, 'npm start'), { out: /The API answered 200/, notes: /^$/ });
  const api = await listenOnLoopback(
    protectedBy(server, async (_request, response) => send(response, jsonReply(200, {}))),
  );
  const [{ refresh_token: refreshToken }, { issuer, clientId }] = [server.signIn(), server];
  const variables = { ISSUER: issuer, CLIENT_ID: clientId, API_URL: api.url };
  const text = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  try {
    writeFileSync(join(path, '.env'), text.join(''));
    const nobody = { status: 2, notes: /A person must sign in: npx everbearer login/ };
    expect('nobody', await runBeside(path, 'npm start'), nobody);
    writeFileSync(join(path, '.env'), [...text, `EVERBEARER_REFRESH_TOKEN=${refreshToken}\n`].join(''));
    for (const time of ['first', 'second'])
      expect(time, await runBeside(path, 'npm start'), { out: /The API answered 200/, notes: /^$/ });
    expect('status', await runBeside(path, 'npx everbearer status'), { out: /default +valid/ });
    // Where the program runs in earnest, what it pretends with is left out; and cron starts it elsewhere.
    rmSync(join(path, 'node_modules/@everbearer/testing'), { recursive: true });
    expect('elsewhere', await runBeside('/', `node ${join(path, 'src/main.ts')}`), { out: /answered 200/ });
  } finally {
    await api.close();
  }
}
