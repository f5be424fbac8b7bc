import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface PostgresServer extends AsyncDisposable {
  /** How to connect: a socket in a folder that goes away with the server. */
  readonly settings: { host: string; user: string; database: string };
}

/** Debian keeps the server's programs off the path, one folder for each version. */
function programsFolder(): string {
  const onPath = (process.env['PATH'] ?? '').split(delimiter);
  const folders = [...onPath, ...globSync('/usr/lib/postgresql/*/bin').sort().reverse()];
  const found = folders.find((folder) => globSync(join(folder, 'initdb')).length > 0);
  if (!found)
    throw new Error('PostgreSQL is not installed: run `npm run setup` as root, or install postgresql.');
  return found;
}

const NOBODY = 65534;
const PATIENCE_MS = 30_000;

/** A server of its own, in a temporary folder, on no port. It refuses to run as root, so there it runs as nobody. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = programsFolder();
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const asUser: SpawnOptions = { cwd: folder };
  if (process.geteuid?.() === 0) {
    chownSync(folder, NOBODY, NOBODY);
    Object.assign(asUser, { uid: NOBODY, gid: NOBODY });
  }
  const data = join(folder, 'data');
  let server: ChildProcess | undefined;
  const stop = async () => {
    if (server && server.exitCode === null && server.signalCode === null) {
      const exited = once(server, 'exit');
      // Does not wait for clients to leave.
      server.kill('SIGINT');
      const insist = setTimeout(() => server?.kill('SIGKILL'), PATIENCE_MS);
      await exited;
      clearTimeout(insist);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const create = ['-D', data, '-U', 'everbearer', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    execFileSync(join(programs, 'initdb'), create, { ...asUser, stdio: 'pipe' } as object);
    // Nobody pulls the plug on this one.
    const run = ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'];
    server = spawn(join(programs, 'postgres'), run, { ...asUser, stdio: ['ignore', 'ignore', 'pipe'] });
    const settings = { host: folder, user: 'everbearer', database: 'postgres' };
    await untilReady(server, settings);
    return { settings, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilReady(server: ChildProcess, settings: pg.ClientConfig): Promise<void> {
  let said = '';
  server.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2_000);
  });
  const deadline = performance.now() + PATIENCE_MS;
  while (server.exitCode === null && performance.now() < deadline) {
    const client = new pg.Client(settings);
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await sleep(50);
    }
  }
  throw new Error(`PostgreSQL did not start. Its own last words: ${said || '(none)'}`);
}
