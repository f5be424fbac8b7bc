import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type {
  AuthorizationServerMetadata,
  AuthorizationServerOptions,
  ConfidentialClient,
  TestAccount,
} from '@everbearer/testing/authorization-server';
import { connectControl, type FarEndControl } from './far-end/far-end-control.ts';
import type { MailboxOptions } from './mail-api/mailbox.ts';
import type { MailApiSettings } from './mail-api.ts';

export type * from '@everbearer/testing/authorization-server';
export type { FarEndCommands, FarEndCounts, FarEndSettings } from './far-end/far-end-commands.ts';
export type { FarEndControl } from './far-end/far-end-control.ts';
export type * from './mail-api.ts';

/** Options of the two servers, as far as they are JSON. */
export interface FarEndOptions {
  authorizationServer?: Omit<AuthorizationServerOptions, 'latencyMs'> & { latencyMs?: number };
  mailApi?: Partial<MailApiSettings> & MailboxOptions & { port?: number };
}

export interface FarEndAddresses {
  /** Of the authorization server. */
  url: string;
  authority: string;
  issuer: string;
  tokenEndpoint: string;
  /** The discovery document; as JSON it serves as `authorityMetadata`. */
  metadata: AuthorizationServerMetadata;
  tenantId: string;
  clientId: string;
  daemon?: ConfidentialClient;
  accounts: readonly TestAccount[];
  apiUrl: string;
  controlUrl: string;
}

/** An authorization server and a mail API in a process of their own, on loopback. */
export interface FarEnd extends FarEndAddresses, AsyncDisposable {
  readonly pid: number;
  readonly control: FarEndControl;
  /** Ends the process and resolves when it is gone. */
  stop(): Promise<void>;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const START_MS = 20_000;

/** Starts a far end and resolves when both servers listen. It ends with this process at the latest. */
export async function startFarEnd(options: FarEndOptions = {}): Promise<FarEnd> {
  const main = fileURLToPath(new URL('far-end/far-end-main.ts', import.meta.url));
  const args = ['--conditions=everbearer-source', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...args, main, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  let said = '';
  const listen = (chunk: Buffer) => {
    said = (said + String(chunk)).slice(-2_000);
  };
  child.stderr.on('data', listen);
  const exited = once(child, 'exit');
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= end(child, exited);
    return stopping;
  };
  try {
    const addresses = await firstLine(child, exited);
    child.stderr.off('data', listen).pipe(process.stderr, { end: false });
    // A caller that forgets to stop it is not kept alive by it.
    setReferenced(child, false);
    return {
      ...addresses,
      pid: child.pid as number,
      control: connectControl(addresses.controlUrl),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (cause) {
    await stop();
    throw new Error(`The far end could not be started. Its own last words: ${said || '(none)'}`, { cause });
  }
}

async function firstLine(child: Child, exited: Promise<unknown[]>): Promise<FarEndAddresses> {
  const lines = createInterface({ input: child.stdout });
  const timeout = AbortSignal.timeout(START_MS);
  const ended = exited.then(([code]) => {
    throw new Error(`The far end ended with status ${String(code)} before it was ready.`);
  });
  try {
    const [line] = await Promise.race([once(lines, 'line', { signal: timeout }), ended]);
    return JSON.parse(String(line)) as FarEndAddresses;
  } finally {
    lines.close();
    ended.catch(() => undefined);
  }
}

function setReferenced(child: Child, referenced: boolean): void {
  const handles = [child, child.stdin, child.stdout, child.stderr] as unknown as {
    ref(): void;
    unref(): void;
  }[];
  for (const handle of handles) referenced ? handle.ref() : handle.unref();
}

/** Asks, then insists: end of input, SIGTERM after 2 s, SIGKILL after 4 s. */
async function end(child: Child, exited: Promise<unknown[]>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  setReferenced(child, true);
  child.stdin.end();
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const patience = new AbortController();
    const gone = exited.then(() => patience.abort());
    await Promise.race([gone, sleep(2_000, undefined, { signal: patience.signal }).catch(() => undefined)]);
    if (patience.signal.aborted) return;
    child.kill(signal);
  }
  await exited;
}
