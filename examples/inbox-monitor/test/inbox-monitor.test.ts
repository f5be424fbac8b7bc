import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { startFarEnd } from '@everbearer/far-end';
import { onTerminal, screenAfter } from '@everbearer/far-end/support/small-terminal';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { afterAll, expect, onTestFinished, test } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'story-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [...SOURCE_OPTIONS, main, ...args], {
    env: { ...process.env, TENANT_ID: '', CLIENT_ID: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { out: '', error: '' };
  child.stdout.on('data', (chunk) => {
    output.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.error += chunk;
  });
  const [code] = await once(child, 'exit');
  return { code, ...output };
}

test('the whole story: every trouble takes place, and every guarantee holds by the count of the far end', async () => {
  const { code, out, error } = await run(['--json', '--html', 'story.html'], { INIT_CWD: folder });
  const figures = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
  expect(figures, out + error).toMatchObject({
    bare: 0,
    stale: 0,
    reuses: 0,
    failed: 0,
    restarts: 1,
    signIns: 3,
    ok: true,
  });
  expect(figures['requests']).toBeGreaterThan(100);
  expect(figures['renewals']).toBeGreaterThanOrEqual(5);
  expect(code).toBe(0);

  // What a person is told, in a pipe as wide as paper.
  const lines = out.split('\n').filter((line) => !line.startsWith('{') && !line.includes(folder));
  expect(lines.filter((line) => line.length > 79)).toEqual([]);
  expect(stripVTControlCharacters(out)).toBe(out);
  expect(out).not.toContain('\r');
  expect(out).toMatch(/^Everbearer: .*\nReal: .*\nSimulated, .*\n/);
  expect(out.match(/inbox counted: A \d+ times/g)?.length).toBeGreaterThan(5);
  expect(out).toMatch(/\nNext\n {2}npm start -- --html/);

  // The same on the page: three lanes and a console, every act, and the figures of the far end.
  const html = readFileSync(join(folder, 'story.html'), 'utf8');
  expect([...html.matchAll(/<div class="lane-head"><h2[^>]*>([^<]*)/g)].map(([, name]) => name)).toEqual([
    'monitor A',
    'monitor B',
    'a console elsewhere',
    'monitor C',
  ]);
  expect(html.match(/<span class="flag">/g)).toHaveLength(9);
  const figure = (words: string) =>
    Number(new RegExp(`<dd>([^<]*)</dd><dt>${words}`).exec(html)?.[1]?.replace(/\D/g, ''));
  expect(figure('requests')).toBeGreaterThan(0.9 * Number(figures['requests']));
  expect(figure('requests')).toBeLessThanOrEqual(Number(figures['requests']));
  expect(figure('without a token')).toBe(0);
  expect(figure('failed otherwise')).toBe(0);
  expect(figure('restart')).toBe(1);
  expect(html.match(/The process ended<span class="why">exit status 0/g)).toHaveLength(4);
  expect(html).toMatch(/The process was killed<span class="why">by SIGKILL/);
}, 60_000);

const CLEAR_LINE = `\r${String.fromCharCode(27)}[2K`;

test('on a terminal of any width a running count is drawn over in one line, and Ctrl-C leaves nothing behind', async () => {
  const before = readdirSync(tmpdir());
  const env = { ...process.env, TENANT_ID: '', CLIENT_ID: '', NO_COLOR: '1', TERM: 'xterm' };
  const line = `'${process.execPath}' --conditions=everbearer-source '${main}'`;
  const watch = async (columns: number) => {
    const terminal = onTerminal(line, { columns, rows: 24 }, env);
    onTestFinished(terminal.kill);
    await expect.poll(() => terminal.written().split(CLEAR_LINE).length).toBeGreaterThan(12);
    terminal.interrupt();
    expect(await terminal.ended).toBe(130);
    const screen = screenAfter(terminal.written().replace('^C', ''), columns);
    const words = screen.filter((each) => each.includes('inbox count')).length;
    // One for each act that is over, and the running one.
    const acts = screen.filter((each) => /^ {1,3}\d+\.\d s [A-Z](?! {2})/.test(each)).length;
    expect(acts, screen.join('\n')).toBeGreaterThan(0);
    expect(words, screen.join('\n')).toBeLessThanOrEqual(acts + 1);
  };
  const dumb = async () => {
    const terminal = onTerminal(line, { columns: 80, rows: 24 }, { ...env, TERM: 'dumb' });
    onTestFinished(terminal.kill);
    await expect.poll(() => terminal.written().match(/inbox counted/g)?.length ?? 0).toBeGreaterThan(0);
    terminal.interrupt();
    await terminal.ended;
    expect(terminal.written()).not.toContain(CLEAR_LINE);
  };
  await Promise.all([...[80, 40, 20].map(watch), dumb()]);
  const left = readdirSync(tmpdir()).filter(
    (name) => name.startsWith('inbox-monitor-') && !before.includes(name),
  );
  expect(left).toEqual([]);
}, 60_000);

test.each([
  [['--help'], 0, 'Usage: npm start'],
  [['--halp'], 2, "Unknown option '--halp'. All options: npm start -- --help"],
  [['--html'], 2, "'--html <value>' argument missing"],
  [['--html', '/nowhere/at/all.html'], 2, '--html: /nowhere/at/all.html cannot be written (ENOENT)'],
  [['--html', '/'], 2, '(EISDIR). Name another file.'],
  [['--once'], 2, '--once is for your own inbox'],
  [['extra'], 2, "Unexpected argument 'extra'"],
])('%j', async (args, status, says) => {
  const { code, out, error } = await run(args);
  expect(out + error).toContain(says);
  expect({ code, lines: (status === 0 ? error : out).length }).toEqual({ code: status, lines: 0 });
});

test('whoever reads the first lines alone gets no error', async () => {
  const command = `'${process.execPath}' --conditions=everbearer-source '${main}' | head -n 2`;
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', command], {
    env: { ...process.env, TENANT_ID: '' },
  });
  expect({ lines: stdout.split('\n').length, stderr }).toEqual({ lines: 3, stderr: '' });
});

test('with the ids of a registration it signs in at the identity platform, counts the inbox, and asks nothing the next time', async () => {
  await using farEnd = await startFarEnd({ mailApi: { messages: 80 } });
  const home = mkdtempSync(join(tmpdir(), 'real-inbox-'));
  const preload = import.meta.resolve('@everbearer/far-end/support/local-microsoft');
  const env = {
    TENANT_ID: 'common',
    CLIENT_ID: farEnd.clientId,
    XDG_STATE_HOME: home,
    // Both hosts of Microsoft are answered on loopback; the program is the same.
    LOCAL_LOGIN: new URL(farEnd.url).origin,
    LOCAL_GRAPH: new URL(farEnd.apiUrl).origin,
    NODE_OPTIONS: `--import=${preload}`,
  };
  const approving = setInterval(() => {
    void farEnd.control.pendingUserCodes().then((codes) => codes.map((code) => farEnd.control.approve(code)));
  }, 100);
  try {
    const first = await run(['--once'], env);
    expect(first.out, first.error).toContain('Inbox: 80 messages on 1 pages');
    expect(first.out).toContain('signed_in');
    const second = await run(['--once'], env);
    expect(second.out, second.error).toContain('Inbox: 80 messages on 1 pages');
    expect(second.out).not.toContain('signed_in');
    const { mailApi, authorizationServer } = await farEnd.control.counts();
    expect({ bare: mailApi.bare, signIns: authorizationServer.families }).toEqual({ bare: 0, signIns: 1 });
  } finally {
    clearInterval(approving);
    rmSync(home, { recursive: true, force: true });
  }
}, 60_000);

test('half of the settings for the real inbox is an error that names the other half', async () => {
  const { code, error } = await run([], { TENANT_ID: 'common' });
  expect(code).toBe(2);
  expect(error).toContain('CLIENT_ID is missing');
});
