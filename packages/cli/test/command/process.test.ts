import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { commandLine, refuseLeaks, sharedServer } from '../support/command-line.ts';
import { environment, shell } from '../support/shell.ts';

/* What only a process shows: a terminal, a reader that goes away, standard input, how it ends. */

const shared = sharedServer();

test('on a terminal no token is shown, and a status has colours', async () => {
  const { directory, signIn } = commandLine(shared.server);
  await signIn();
  const refused = await shell(directory, `script -qec 'everbearer token' /dev/null`);
  expect(refused.out).toContain('--yes');
  refuseLeaks(shared.server, refused.out + refused.notes, ['token']);
  expect(refused.exit).toBe(3);
  const status = await shell(directory, `script -qec 'everbearer status' /dev/null`, {
    env: { TERM: 'xterm' },
  });
  expect(status.out).toContain('\u001b[32mexpired\u001b[39m');
  expect((await shell(directory, 'everbearer status')).out).not.toContain('\u001b');
});

test('a reader that goes away is no fault', async () => {
  const { directory, signIn } = commandLine(shared.server);
  await signIn();
  const { exit, out, notes } = await shell(directory, 'everbearer status | head -1');
  expect({ exit, out, notes }).toEqual({ exit: 0, out: 'default  expired\n', notes: '' });
});

test('status and standard input are those of a program', async () => {
  const { server } = shared;
  const { directory } = commandLine(server);
  expect(await shell(directory, 'everbearer status')).toMatchObject({ exit: 2 });
  const input = server.signIn().refresh_token as string;
  const imported = await shell(directory, 'everbearer import --raw', { input });
  expect(imported).toMatchObject({ exit: 0, notes: '' });
  refuseLeaks(server, imported.out, ['import']);
  expect(await shell(directory, 'everbearer nonsense')).toMatchObject({ exit: 3, out: '' });
});

test('a refresh token that is typed in is not shown', async () => {
  const { server } = shared;
  const { directory, run } = commandLine(server);
  const typed = server.signIn().refresh_token as string;
  const env = environment(directory, { TERM: 'xterm' });
  const terminal = spawn('script', ['-qec', 'stty cols 80 rows 24; everbearer import --raw', '/dev/null'], {
    cwd: directory,
    env,
  });
  let shown = '';
  terminal.stdout.on('data', (chunk) => {
    if (!shown.includes('Refresh token') && String(chunk).includes('Refresh token'))
      terminal.stdin.write(`${typed}\r`);
    shown += chunk;
  });
  const [exit] = await once(terminal, 'close');
  refuseLeaks(server, shown, ['import']);
  expect(exit, shown).toBe(0);
  expect(shown).toContain('Imported default');
  expect(await run('renew')).toMatchObject({ exit: 0 });
});
