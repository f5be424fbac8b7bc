import { join } from 'node:path';
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  createAuthorizationServer,
} from '@everbearer/testing/authorization-server';
import { afterAll, beforeAll, expect } from 'vitest';
import { runProgram } from '../../src/program/run-program.ts';
import type { Sink, World } from '../../src/world/world.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface RunOptions {
  input?: string | undefined;
  env?: Record<string, string> | undefined;
  /** Whether output goes to a terminal. Default false: to a pipe. */
  isTerminal?: boolean | undefined;
  /** The working directory. Default: that of the configuration file. */
  directory?: string | undefined;
  /** How long ago the store was written, as the command sees it. */
  laterMs?: number | undefined;
  onNote?: ((text: string) => void) | undefined;
  onOut?: ((text: string) => void) | undefined;
  /** That a secret is in the output, since it was asked for. Default false: the run fails where one is. */
  shows?: boolean | undefined;
  signal?: AbortSignal | undefined;
  /** What runs the command line. Default: the whole program. */
  by?: ((argv: readonly string[], world: World) => Promise<number | undefined>) | undefined;
  /** Nobody reads the output. Default false. */
  readerIsGone?: boolean | undefined;
}

export interface Ran {
  /** Undefined where `by` left the command line to the whole program. */
  exit: number;
  out: string;
  notes: string;
  json: () => unknown;
}

/** One authorization server for all tests of a file. */
export function sharedServer(options?: AuthorizationServerOptions): { readonly server: AuthorizationServer } {
  let server: AuthorizationServer;
  beforeAll(async () => {
    server = await createAuthorizationServer({ deviceIntervalSeconds: 1, ...options });
  });
  afterAll(() => server.close());
  return {
    get server() {
      return server;
    },
  };
}

/** A directory with a configuration file for that server, and the command line in it. */
export function commandLine(server: AuthorizationServer, more: Record<string, unknown> = {}) {
  const provider = {
    kind: 'oauth2',
    issuer: server.issuer,
    clientId: server.clientId,
    scopes: ['Mail.Read', 'offline_access'],
  };
  const config = { provider, backend: { kind: 'file', directory: 'tokens' }, ...more };
  const directory = temporaryDirectory({ 'everbearer.config.json': config });
  const run = (line: string | readonly string[], options: RunOptions = {}) =>
    runIn(directory, server, line, options);
  /** Signs a person of the server in; the first one unless told. */
  const signIn = async (account?: string, person?: string): Promise<void> => {
    const { refresh_token } = server.signIn({ account: person });
    const named = account === undefined ? [] : ['--account', account];
    const { exit, notes } = await run(['import', '--raw', ...named], { input: refresh_token as string });
    expect(exit, notes).toBe(0);
  };
  return { directory, store: join(directory, 'tokens'), run, signIn };
}

async function runIn(
  directory: string,
  server: AuthorizationServer,
  line: string | readonly string[],
  options: RunOptions,
): Promise<Ran> {
  const texts = { out: '', notes: '' };
  const sink = (name: 'out' | 'notes'): Sink => ({
    write: (text) => {
      texts[name] += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
      (name === 'notes' ? options.onNote : options.onOut)?.(String(text));
    },
    written: () =>
      options.readerIsGone
        ? Promise.reject(Object.assign(new Error(), { code: 'EPIPE' }))
        : Promise.resolve(),
    isTerminal: options.isTerminal ?? false,
  });
  const world: World = {
    env: { NO_COLOR: '1', ...options.env },
    directory: options.directory ?? directory,
    input: inputOf(options.input ?? ''),
    output: sink('out'),
    notes: sink('notes'),
    now: () => Date.now() + (options.laterMs ?? 0),
    signal: options.signal ?? new AbortController().signal,
    endBy: () => undefined,
  };
  const argv = typeof line === 'string' ? line.split(' ') : line;
  const exit = await (options.by ?? runProgram)(argv, world);
  refuseLeaks(server, options.shows ? texts.notes : texts.out + texts.notes, argv);
  return { exit: exit as number, ...texts, json: () => JSON.parse(texts.out) };
}

async function* inputOf(text: string): AsyncGenerator<string> {
  yield text;
}

/** No secret is shown but the one that was asked for. */
export function refuseLeaks(server: AuthorizationServer, text: string, argv: readonly string[]): void {
  const leaked = server.secrets().find((secret) => secret.length >= 8 && text.includes(secret));
  expect(leaked === undefined, `${argv[0]} shows a secret`).toBe(true);
}
