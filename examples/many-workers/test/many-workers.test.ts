import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { onTerminal, screenAfter } from '@everbearer/far-end/support/small-terminal';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { createDisplay, tableOf } from '../src/table.ts';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'workers-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('workers are killed, Redis is killed and emptied, and every guarantee holds by the count of the far end', async () => {
  const html = join(folder, 'workers.html');
  // A guarantee that does not hold is an exit status, and a rejection with all that was printed.
  const { stdout } = await run(process.execPath, [...SOURCE_OPTIONS, main, '--json', '--html', html]);
  const figures = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
  expect(figures, stdout).toMatchObject({
    bare: 0,
    stale: 0,
    reuses: 0,
    familiesRevoked: 0,
    signIns: 3,
    failed: 0,
    restarts: 4,
    ok: true,
  });
  expect(figures['repaired']).toBeGreaterThanOrEqual(3);
  expect(stdout).toContain('SIGKILL for worker D');
  expect(stdout).toMatch(/^Everbearer: .*\nReal: .*\nSimulated, .*\n/);
  const lines = stdout.split('\n').filter((line) => !line.startsWith('{') && !line.includes(html));
  expect(lines.filter((line) => line.length > 79)).toEqual([]);
  expect(stripVTControlCharacters(stdout)).toBe(stdout);

  const page = readFileSync(html, 'utf8');
  const lanes = [...page.matchAll(/<div class="lane-head"><h2[^>]*>([^<]*)<\/h2><p>process \d+, then \d+</g)];
  expect(lanes.map(([, name]) => name)).toEqual(['worker A', 'worker B', 'worker C', 'worker D']);
  expect(page).toContain('<dd>4</dd><dt>restarts</dt>');
}, 120_000);

const row = {
  restarts: 1,
  calls: 20,
  failed: 0,
  renewed: 2,
  adopted: 3,
  waited: 4,
  tookOver: 5,
  repaired: 6,
};
const workers = ['A', 'B', 'C', 'D'].map((name, index) => ({ name, pid: 4_194_300 + index, ...row }));

test('the table has a column for each worker, and words where there is room', () => {
  const lines = tableOf('Time goes by', workers, 79);
  expect(lines).toContain(' Time goes by');
  expect(lines).toContain('                   A        B        C        D');
  expect(lines.find((line) => line.startsWith(' renewed'))).toMatch(/^ renewed( +2){4} {2}got a new token/);
});

test.each([200, 80, 60, 47, 40, 30, 12, 5, 1])('no line of it is longer than %d', (width) => {
  const lines = tableOf('A very long happening that goes on and on and on and on', workers, width);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
});

test('a window that becomes narrower or lower meanwhile has one table, or none that is drawn over', () => {
  let written = '';
  const out = { isTTY: true, columns: 80, rows: 40, write: (text: string) => (written += text) };
  const display = createDisplay(() => workers, out);
  display.show('first');
  // What stood there in 80 columns takes more lines in 40: as a terminal shows it that has wrapped it.
  out.columns = 40;
  display.show('second');
  display.end();
  const screen = screenAfter(written.replaceAll('\n', '\r\n'), 40);
  expect(
    screen.filter((line) => / renewed/.test(line)),
    screen.join('\n'),
  ).toHaveLength(1);
  expect(screen.find((line) => / renewed/.test(line))).toMatch(/^ renewed( +2){4}$/);
  const before = written.length;
  out.rows = 5;
  display.end();
  expect(written.slice(before)).not.toContain(`${String.fromCharCode(27)}[1`);
});

test('on a terminal the table is drawn over in place at any width, and Ctrl-C leaves nothing behind', async () => {
  const before = readdirSync(tmpdir());
  const line = [process.execPath, ...SOURCE_OPTIONS, main].map((word) => `'${word}'`).join(' ');
  const watch = async (columns: number) => {
    const terminal = onTerminal(line, { columns, rows: 40 }, { ...process.env, TERM: 'xterm' });
    onTestFinished(terminal.kill);
    const draws = () => terminal.written().match(/ renewed /g)?.length ?? 0;
    await expect.poll(draws).toBeGreaterThan(15);
    terminal.interrupt();
    expect(await terminal.ended).toBe(130);
    const screen = screenAfter(terminal.written().replace('^C', ''), columns);
    expect(
      screen.filter((each) => /^ renewed /.test(each)),
      screen.join('\n'),
    ).toHaveLength(1);
  };
  await Promise.all([80, 40].map(watch));
  const left = readdirSync(tmpdir()).filter((name) => name.startsWith('redis-') && !before.includes(name));
  expect(left).toEqual([]);
}, 60_000);

test.each([
  [['--help'], 0, 'Usage: npm run start:workers'],
  [['--halp'], 2, "Unknown option '--halp'. All options: npm run start:workers -- --help"],
  [['--html', '/nowhere/at/all.html'], 2, '(ENOENT). Name another file.'],
])('%j', async (args, status, says) => {
  const ended = await run(process.execPath, [...SOURCE_OPTIONS, main, ...args]).then(
    (ran) => ({ ...ran, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  );
  expect(ended.stdout + ended.stderr).toContain(says);
  expect(ended.code).toBe(status);
});
