import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A Redis server in a process of its own, on loopback, that can be killed, paused and started again. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  /** Its data, kept from one start to the next. */
  readonly directory: string;
  /** Runs one command and resolves with what `redis-cli` prints. Rejects when that is an error. */
  command(...args: string[]): Promise<string>;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and data. Resolves when it takes commands. */
  start(): Promise<void>;
  /** Stands still until {@link RedisServer.resume}: connections stay open, nothing is answered. */
  pause(): void;
  resume(): void;
  /** Ends it for good and removes its data. */
  stop(): Promise<void>;
}

export interface RedisServerOptions {
  /** Directives as arguments, for instance `['--appendonly', 'yes']`. They come after the defaults and win. */
  args?: readonly string[];
  /** Files in PEM; only encrypted connections are taken then. */
  tls?: undefined | { key: string; certificate: string; ca: string };
  /** The password that `redis-cli` uses. */
  password?: string;
  /** `redis-sentinel` in the Sentinel tests. Default: `redis-server`. */
  program?: string;
  port?: number;
}

/** Nothing on disk, and no waiting for more replicas before the first one is served. */
const PLAIN = ['--save', '', '--appendonly', 'no', '--repl-diskless-sync-delay', '0'];
const START_MS = 15_000;
const COMMAND_MS = 10_000;
const run = promisify(execFile);

/**
 * Starts a server that keeps nothing on disk unless `args` say so.
 * @throws when `redis-server` is not installed, with its own last words when it does not start
 */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { program = 'redis-server' } = options;
  const port = options.port ?? (await freePort());
  const directory = mkdtempSync(join(tmpdir(), 'redis-'));
  const words = commandLine(options, port, directory);
  let child = launch();
  let exited = once(child, 'exit');

  function launch() {
    const started = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    started.on('error', () => undefined);
    return started;
  }

  const clear = () => rmSync(directory, { recursive: true, force: true });
  const killWithParent = () => void (child.kill('SIGKILL') && clear());
  process.once('exit', killWithParent);

  const server: RedisServer = {
    port,
    directory,
    command: (...command) => runCommand(options, port, command),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async start() {
      child = launch();
      exited = once(child, 'exit');
      await ready(child, exited);
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      process.off('exit', killWithParent);
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
        await server.kill();
      clear();
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };

  try {
    await ready(child, exited);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function commandLine(options: RedisServerOptions, port: number, directory: string): string[] {
  const { args = [], tls, program } = options;
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory];
  if (program === 'redis-sentinel') return [...args, ...place, ...tlsArgs(port, tls)];
  return [...place, ...PLAIN, ...tlsArgs(port, tls), ...args];
}

async function runCommand(
  { tls, password }: RedisServerOptions,
  port: number,
  command: readonly string[],
): Promise<string> {
  const env = { ...process.env, ...(password !== undefined && { REDISCLI_AUTH: password }) };
  const place = ['-h', '127.0.0.1', '-p', String(port), '-e', ...(tls ? ['--tls', '--cacert', tls.ca] : [])];
  const { stdout } = await run('redis-cli', [...place, ...command], { env, timeout: COMMAND_MS });
  return stdout.trim();
}

function tlsArgs(port: number, tls: RedisServerOptions['tls']): string[] {
  if (!tls) return [];
  const { key, certificate, ca } = tls;
  const files = ['--tls-key-file', key, '--tls-cert-file', certificate, '--tls-ca-cert-file', ca];
  // To a primary, a replica, or another sentinel, it also connects encrypted.
  const both = ['--tls-auth-clients', 'no', '--tls-replication', 'yes'];
  return ['--port', '0', '--tls-port', String(port), ...both, ...files];
}

type Launched = ReturnType<typeof spawn>;

async function ready(child: Launched, exited: Promise<unknown[]>): Promise<void> {
  let said = '';
  const settled = new AbortController();
  const listening = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        said = (said + String(chunk)).slice(-4_000);
        // Afterwards it may say what it likes.
        if (/ready to accept connections|Sentinel ID is/i.test(said)) resolve();
      });
    }
  });
  const gone = exited.then(
    ([code, signal]) => {
      throw new Error(`Redis ended with ${String(code ?? signal)} before it was ready. It said: ${said}`);
    },
    (cause: unknown) => {
      throw new Error('Redis could not be started: install redis-server (`npm run setup` does).', { cause });
    },
  );
  const late = new Promise<never>((_, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`Redis was not ready in time. It said: ${said}`)),
      START_MS,
    );
    settled.signal.addEventListener('abort', () => clearTimeout(timer));
  });
  gone.catch(() => undefined);
  await Promise.race([listening, gone, late]).finally(() => settled.abort());
}

/** A port on which no program listens now. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
