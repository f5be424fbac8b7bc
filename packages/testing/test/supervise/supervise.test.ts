import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type ProcessOptions, type SupervisedProcess, startProcess } from '@everbearer/testing/supervise';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Tells, Told } from '../support/told-process.ts';

const main = new URL('../support/told-process.ts', import.meta.url);
const execArgv = ['--conditions=everbearer-source', '--disable-warning=ExperimentalWarning'];
type Started = SupervisedProcess<Tells, Told>;

function start(options: Partial<ProcessOptions<Tells, Told>> = {}): Started {
  const started = startProcess<Tells, Told>({ main, execArgv, ...options });
  onTestFinished(() => started.kill());
  return started;
}

const ready = (started: Started) => started.next((message) => message.type === 'ready', 'become ready');

/** Sends it that and waits for its answer. */
async function tell(started: Started, told: Told): Promise<void> {
  started.send(told);
  await started.next((message) => message.type === 'heard', 'heard');
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.each<[string, unknown]>([
  ['nme', { main, nme: 'worker' }],
  ['main', {}],
  ['options', null],
])('an option that is unknown or wrong is named, and nothing is started: %s', (option, options) => {
  const refusal = expect.objectContaining({ code: 'configuration', option });
  expect(() => startProcess(options as never)).toThrow(refusal);
});

test('it tells and is told, with an environment of its own', async () => {
  const numbers: number[] = [];
  const started = start({
    env: { WORD: 'of its own' },
    onMessage: (message) => message.type === 'counted' && numbers.push(message.number),
  });
  expect(await ready(started)).toEqual({ type: 'ready', word: 'of its own' });
  expect(lives(started.pid)).toBe(true);
  started.send('count');
  await started.until(() => numbers.length >= 3, 'counted to 3');
  const fourth = started.next((message) => message.type === 'counted', 'counted to 4');
  started.send('count');
  expect(await fourth).toEqual({ type: 'counted', number: 4 });
});

test('a wait is over at once when it is so already, and throws what its look throws', async () => {
  const started = start();
  await started.until(() => true, 'waited');
  const look = () => {
    throw new Error('of the look');
  };
  await expect(started.until(look, 'waited')).rejects.toThrow('of the look');
});

test('its end is the error of every wait, with its exit status and its last words', async () => {
  const started = start({ name: 'worker 3' });
  await ready(started);
  const waits = [started.until(() => false, 'counted to 5'), ready(started)];
  started.send('crash');
  for (const [index, what] of ['counted to 5', 'become ready'].entries()) {
    const error = await waits[index]?.then(String, (reason: Error) => reason.message);
    expect(error).toContain(`worker 3 ended before it had ${what} (exit status 1).`);
    expect(error).toContain('Its last words: ');
    expect(error).toContain('this is what went wrong');
  }
  await expect(ready(started)).rejects.toThrow('worker 3 ended before it had become ready');
});

test.each([
  ['fails as it loads', { env: { CRASH_AT_ONCE: 'yes' } }, 'exit status 1', 'it never began'],
  ['is not there', { main: '/nowhere/main.ts' }, 'exit status 1', 'Cannot find module'],
  ['gets options that Node refuses', { execArgv: ['--no-such-option'] }, 'exit status 9', 'bad option'],
])('a program that %s is reported by the first wait', async (_, options, status, words) => {
  const error = await ready(start(options)).then(String, (reason: Error) => reason.message);
  expect(error).toContain(status);
  expect(error).toContain(words);
});

test('a wait takes no longer than its patience', async () => {
  const started = start({ patienceMs: 50, name: 'it' });
  await expect(started.until(() => false, 'counted to 5')).rejects.toThrow(
    'it has not counted to 5 within 0.05 s.',
  );
  expect(started.hasEnded).toBe(false);
});

test('stderr is kept back until its first message, then passed on', async () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  await expect(ready(start({ env: { CRASH_AT_ONCE: 'yes' } }))).rejects.toThrow('it never began');
  expect(write).not.toHaveBeenCalled();
  const started = start();
  await ready(started);
  await tell(started, 'say');
  await started.kill();
  expect(write.mock.calls.map(([text]) => String(text))).toEqual(['spoken aloud\n']);
});

test('a paused process stands still, and goes on when it is resumed', async () => {
  const started = start();
  await ready(started);
  started.pause();
  const counted = started.next((message) => message.type === 'counted', 'counted');
  started.send('count');
  // Another one has started and answered meanwhile.
  const other = ready(start());
  expect((await Promise.race([other, counted])).type).toBe('ready');
  started.resume();
  expect(await counted).toEqual({ type: 'counted', number: 1 });
});

test('kill() ends it in the middle of its work; the dead hear nothing, and nothing of that is an error', async () => {
  const started = start();
  await ready(started);
  await started.kill();
  expect(started.hasEnded).toBe(true);
  expect(lives(started.pid)).toBe(false);
  expect(await started.ended()).toEqual({ code: null, signal: 'SIGKILL' });
  started.send('count');
  await started.kill();
  await started.stop();
});

test.each([
  ['by its farewell', { farewell: 'stop' as const }, { code: 7, signal: null }],
  ['by closing its channel, without one', {}, { code: 0, signal: null }],
])('stop() asks %s, also one that is paused', async (_, options, end) => {
  const started = start(options);
  await ready(started);
  started.pause();
  await Promise.all([started.stop(), started.stop()]);
  expect(await started.ended()).toEqual(end);
});

test('stop() kills one that does not listen', async () => {
  const started = start({ farewell: 'stop', insistMs: 20 });
  await ready(started);
  await tell(started, 'ignore');
  await started.stop();
  expect(await started.ended()).toEqual({ code: null, signal: 'SIGKILL' });
});

test('every message comes before the end does', async () => {
  const heard: string[] = [];
  const started = start({ onMessage: ({ type }) => heard.push(type) });
  await ready(started);
  started.send('count');
  started.send('leave');
  await started.ended();
  expect(heard).toEqual(['ready', 'counted', 'counted', 'counted', 'heard']);
});

/** A parent that takes no care of a running and a paused child; resolves with their ids. */
async function carelessParent(...args: string[]) {
  const program = fileURLToPath(new URL('../support/careless-supervisor.ts', import.meta.url));
  const parent = spawn(process.execPath, [...execArgv, program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(parent, 'exit');
  const [line] = await once(parent.stdout, 'data');
  const [running = 0, paused = 0] = String(line).trim().split(' ').map(Number);
  return { parent, ended, running, paused };
}

test('it keeps no parent alive, and ends with it, also where it stands still', async () => {
  const { ended, running, paused } = await carelessParent();
  expect(await ended).toEqual([0, null]);
  await vi.waitFor(() => expect([running, paused].filter(lives)).toEqual([]), { timeout: 10_000 });
});

test('a parent that is killed takes along what runs', async () => {
  const { parent, ended, running, paused } = await carelessParent('stay');
  onTestFinished(() => void process.kill(paused, 'SIGKILL'));
  parent.kill('SIGKILL');
  await ended;
  await vi.waitFor(() => expect(lives(running)).toBe(false), { timeout: 10_000 });
});
