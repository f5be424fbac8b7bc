import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { expect, onTestFinished, test } from 'vitest';
import { commandLine, refuseLeaks, sharedServer } from '../support/command-line.ts';
import { environment, shell } from '../support/shell.ts';

const shared = sharedServer();

/** `status --watch` on a terminal of this size; its input is the keyboard. */
function watchOnTerminal(directory: string, columns: number, rows: number, then = '') {
  const line = `trap : INT; stty cols ${columns} rows ${rows}; everbearer status --watch; echo "ended $?"; ${then}`;
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    cwd: directory,
    env: environment(directory, { TERM: 'xterm', LANG: 'C.UTF-8' }),
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let shown = '';
  child.stdout.on('data', (chunk) => (shown += chunk));
  return { child, shown: () => shown, ended: once(child, 'close') };
}

/** What every drawing of the screen put there, line by line, without colours. */
function drawings(shown: string): string[][] {
  const parts = shown.split('\u001b[H').slice(1);
  return parts.map((part) =>
    stripVTControlCharacters(part.split('\u001b[J')[0] ?? '')
      .split('\r\n')
      .slice(0, -1),
  );
}

/** Cursor, second screen, mouse, wrapping, keypad: whatever would have to be put back. */
const MODES = ['\u001b[?', '\u001b7', '\u001b8', '\u001b=', '\u001b>', '\u001bc'];

test('on a terminal of any size no line wraps, and Ctrl-C leaves the terminal whole', async () => {
  const sizes = [
    [120, 24],
    [80, 24],
    [33, 10],
    [9, 6],
    [2, 3],
  ] as const;
  const { directory, signIn } = commandLine(shared.server, { accounts: ['ops', '東京-with-a-long-name'] });
  await signIn('ops');
  const watch = async ([columns, rows]: (typeof sizes)[number]) => {
    const { child, shown, ended } = watchOnTerminal(directory, columns, rows, 'stty -a');
    await expect.poll(() => drawings(shown()).length).toBeGreaterThan(1);
    child.stdin.write('\u0003');
    await ended;
    for (const lines of drawings(shown()).slice(0, 2)) {
      expect(lines.length).toBeLessThan(rows);
      for (const line of lines) expect(stringWidth(line), line).toBeLessThan(Math.max(columns, 3));
    }
    // It ends with how it was, as `status` does; and what a terminal does with keys is as before.
    expect(shown()).toContain('ended 2');
    expect(shown()).toMatch(/\sicanon\s.*\secho\s/s);
    for (const mode of MODES) expect(shown()).not.toContain(mode);
    refuseLeaks(shared.server, shown(), ['status']);
  };
  await Promise.all(sizes.map(watch));
});

test('in a pipe there is a line for each change, and none while nothing changes', async () => {
  const { server } = shared;
  const { run, signIn, store } = commandLine(server);
  const ending = new AbortController();
  let lines: string[] = [];
  const ended = run('status --watch', { signal: ending.signal, onOut: (text) => (lines = [...lines, text]) });
  await expect
    .poll(() => lines)
    .toEqual([
      expect.stringMatching(
        /^\S+Z default sign_in reauthorization_required:no_credential renewals=0 A person must/,
      ),
    ]);
  await signIn();
  await expect.poll(() => lines[1]).toMatch(/^\S+Z default good expired renewals=0\n$/);
  await run('renew');
  await expect.poll(() => lines[2]).toMatch(/^\S+Z default good valid renewals=1\n$/);
  server.revokeFamily();
  await run('renew');
  await expect
    .poll(() => lines[3])
    .toMatch(
      /^\S+Z default sign_in reauthorization_required:revoked renewals=1 A person must sign in \(revoked\)/,
    );
  rmSync(store, { recursive: true });
  await expect.poll(() => lines[4]).toMatch(/^\S+Z \* cannot_tell cannot_tell .*ENOENT/);
  await signIn();
  await expect.poll(() => lines[5]).toMatch(/^\S+Z default good expired renewals=0\n$/);
  ending.abort();
  expect(await ended).toMatchObject({ exit: 0, notes: '' });
  expect(lines).toHaveLength(6);
});

test('a terminal that cannot draw gets lines', async () => {
  const { run, signIn } = commandLine(shared.server);
  await signIn();
  const ending = new AbortController();
  const onOut = () => ending.abort();
  const { out } = await run('status --watch', {
    isTerminal: true,
    env: { TERM: 'dumb' },
    signal: ending.signal,
    onOut,
  });
  expect(out).toMatch(/^\S+Z default good expired renewals=0\n$/);
});

test('for machines each change is one object', async () => {
  const { directory, signIn } = commandLine(shared.server);
  await signIn();
  const line = 'timeout --preserve-status 3 everbearer status --watch --json';
  const { exit, out, notes } = await shell(directory, line);
  expect({ exit, notes }).toEqual({ exit: 0, notes: '' });
  const told = out
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as object);
  expect(told).toMatchObject([
    { at: expect.stringMatching(/Z$/), account: 'default', level: 'good', state: 'expired' },
  ]);
});

test('a reader that goes away ends it, at the next change', async () => {
  const { directory, signIn } = commandLine(shared.server);
  await signIn();
  // It has gone before anything changes: until then, whatever is written is kept for it.
  const reader = '(read line; echo "$line"; exec </dev/null; everbearer renew)';
  const { out, notes } = await shell(directory, `everbearer status --watch | ${reader}`);
  expect({ out, notes }).toEqual({
    out: expect.stringMatching(/ default good expired .*\ndefault: renewed/),
    notes: '',
  });
});

test.each([
  ['--watch --live https://api.example.com/', '--live'],
  ['--watch --output prometheus', '--output'],
  ['--web', '--web goes with --watch'],
  ['--watch --web --json', '--json'],
  ['--json --output prometheus', '--json'],
  ['--output xml', 'nagios or prometheus'],
  ['--file x.prom', '--output prometheus'],
  ['--warn-days 1.5', 'number of days'],
  ['--warn-days 1e3', 'number of days'],
  ['--warn-days -3', 'number of days'],
])('status %s is refused', async (words, named) => {
  const { run } = commandLine(shared.server);
  const { exit, out, notes } = await run(`status ${words}`);
  expect({ exit, told: out + notes }).toEqual({ exit: 3, told: expect.stringContaining(named) });
});
