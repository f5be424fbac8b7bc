import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileBackend } from '@everbearer/backends/file';
import { expect, test } from 'vitest';
import { createProcessHolder } from '../../src/host/process-holder.ts';
import { isRoot, scenario } from '../support/scenario.ts';
import { temporaryDirectory } from '../support/state-files.ts';

const here = createProcessHolder();
const [host, boot, namespace, time, pid, start] = here.name.split('_');
const named = (...parts: unknown[]) => [...parts, '0123456789ab'].join('_');
const someonesStart = /^\d+$/.test(start ?? '') ? Number(start) : 0;

test('its name has the seven parts, and no two backends of a process have the same', () => {
  expect(here.name).toMatch(/^[0-9a-f]{8}_[0-9a-f-]{36}_\d+_\d+_\d+_\d+_[0-9a-f]{12}$/);
  expect(createProcessHolder().name).not.toBe(here.name);
  expect(fileBackend({ directory: temporaryDirectory() }).holder).not.toBe(here.name);
});

test('it lives, and so does another backend of this process', () => {
  expect(here.isAlive(here.name)).toBe(true);
  expect(here.isAlive(createProcessHolder().name)).toBe(true);
});

test('a process that ended is dead, also before its parent took notice', async () => {
  // The shell becomes `sleep`, which never asks what became of the child it inherits: that stays a zombie.
  const parent = spawn('sh', ['-c', 'sleep 30 & echo $!; exec sleep 30'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [text] = (await once(parent.stdout, 'data')) as [Buffer];
  const child = Number(text.toString());
  const stat = () => spawnSync('cat', [`/proc/${child}/stat`], { encoding: 'utf8' }).stdout.split(' ');
  const holder = named(host, boot, namespace, time, child, stat()[21]);
  expect(here.isAlive(holder)).toBe(true);
  process.kill(child, 'SIGKILL');
  await expect.poll(() => stat()[2]).toBe('Z');
  expect(here.isAlive(holder)).toBe(false);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  expect(here.isAlive(holder)).toBe(false);
});

test('a pid that was given out again is another process', () => {
  expect(here.isAlive(named(host, boot, namespace, time, pid, someonesStart + 1))).toBe(false);
  expect(here.isAlive(named(host, boot, namespace, time, 1, 1))).toBe(false);
});

test('a pid that there is not is dead', () => {
  expect(here.isAlive(named(host, boot, namespace, time, 4_194_305, 1))).toBe(false);
});

test.each([
  ['another container on this host, same pid', named(host, boot, Number(namespace) + 1, time, pid, start)],
  ['another time namespace, same pid', named(host, boot, namespace, Number(time) + 1, pid, start)],
  [
    'another boot',
    named(host, '00000000-0000-0000-0000-000000000000', namespace, time, pid, someonesStart + 1),
  ],
  ['another host', named('00000000', boot, namespace, time, pid, someonesStart + 1)],
  ['a world without /proc', named('unknown', 4_194_305, 0)],
  ['a start time that is not known', named(host, boot, namespace, time, 4_194_305, 0)],
  ['a name of another kind', 'a name that nobody gave'],
  ['nothing', ''],
  ['a path', named(host, boot, namespace, time, '../1', 1)],
  ['a process group', named(host, boot, namespace, time, -1, 1)],
])('of %s nothing is said', (_, name) => {
  expect(here.isAlive(name)).toBeUndefined();
});

test('a holder in another pid namespace, under a pid that is free or another process here, is not taken for dead', async () => {
  // Really in one, with /proc mounted for it, as a container has it.
  const options = isRoot ? ['--pid', '--fork', '--mount-proc'] : ['-r', '--pid', '--fork', '--mount-proc'];
  const name = await scenario<string>('print-holder', [], { within: ['unshare', ...options] });
  expect(name).toMatch(/_1_\d+_[0-9a-f]{12}$/);
  expect(here.isAlive(name)).toBeUndefined();
  // With the namespace of the host's processes, but not its own /proc, it must not look there.
  const blind = options.filter((option) => option !== '--mount-proc');
  const unknown = await scenario<string>('print-holder', [], { within: ['unshare', ...blind] });
  expect(unknown).toMatch(/^unknown_1_0_/);
});

test('a holder in another time namespace, where this boot began at another time, is not taken for dead', async () => {
  // In the same pid namespace: its pid means the same here, and its start time does not.
  const options = [...(isRoot ? [] : ['-r']), '--time', '--boottime', '1000000', '--fork'];
  const elsewhere: { name: string; hereAlive: boolean | null } = await scenario('judge-holder', [here.name], {
    within: ['unshare', ...options],
  });
  expect(elsewhere.name.split('_').slice(0, 3)).toEqual([host, boot, namespace]);
  expect(elsewhere.hereAlive).toBeNull();
});

test('asking is cheap enough for a poll', () => {
  const startedAt = performance.now();
  const parent = named(host, boot, namespace, time, process.ppid, 1);
  for (let i = 0; i < 1_000; i++) here.isAlive(parent);
  expect((performance.now() - startedAt) / 1_000).toBeLessThan(1);
});
