import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const program = fileURLToPath(import.meta.resolve('../support/sign-in-and-end.ts'));

/** A program that waits for a sign-in, and the connections that are open to its listener. */
async function waitingProgram(timeoutMs: number) {
  const flags = ['--conditions=everbearer-source', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, program, String(timeoutMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => String((await lines.next()).value);
  const asked = new URL(await line()).searchParams;
  const redirect = new URL(asked.get('redirect_uri') ?? '');
  redirect.searchParams.set('state', asked.get('state') ?? '');
  redirect.searchParams.set('code', 'code-1');
  return {
    redirect,
    line,
    /** Whether it ends by itself, soon after its last word. */
    async ends(): Promise<boolean> {
      const patience = new AbortController();
      const late = new Promise<false>((resolve) => {
        const timer = setTimeout(() => resolve(false), 8_000);
        patience.signal.addEventListener('abort', () => clearTimeout(timer));
      });
      const isOver = await Promise.race([exited.then(() => true), late]);
      patience.abort();
      return isOver;
    },
    /** A connection that says this, and then nothing more. */
    async open(said: string): Promise<void> {
      const socket = connect(Number(redirect.port), '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      if (said !== '') await new Promise<void>((sent) => socket.write(said, () => sent()));
    },
  };
}

test.each([
  ['nothing, as one that a browser opened ahead', ''],
  ['half a request', 'GET / HTT'],
  ['half a header', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-'],
  ['a request whose body does not come', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc'],
  ['one request, and stays', 'GET /favicon.ico HTTP/1.1\r\nHost: x\r\n\r\n'],
])('a connection that says %s keeps neither the listener nor the program', async (_name, said) => {
  const { open, line, ends, redirect } = await waitingProgram(60_000);
  await open(said);
  const page = await fetch(redirect);
  expect(await page.text()).toContain('You can close this window');
  expect(await line()).toBe('at-1');
  expect(await ends()).toBe(true);
});

test('nor does one that nobody follows up', async () => {
  const { open, line, ends } = await waitingProgram(1_500);
  await open('');
  expect(await line()).toBe('timeout');
  expect(await ends()).toBe(true);
});
