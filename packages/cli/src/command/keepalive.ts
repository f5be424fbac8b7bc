import { setTimeout as pause } from 'node:timers/promises';
import { type AuthEvent, ConfigurationError, keepAlive } from '@everbearer/core';
import { durationOf } from '../print/durations.ts';
import { printable } from '../print/printable.ts';
import { beginFromSeed } from '../session/begin-from-seed.ts';
import type { CommandInput } from '../session/command-input.ts';
import { type Session, withAccounts } from '../session/with-accounts.ts';
import { lookAt } from '../status/account-report.ts';
import { judgeAccount } from '../status/judge-account.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';
import { type Health, healthServer } from '../world/health-server.ts';
import { systemdOf } from '../world/systemd.ts';

/** How often accounts are looked for that somebody signed in meanwhile. */
const NEW_ACCOUNTS_MS = 60_000;

/** Renews each account before its refresh token grows old, until it is told to end. What is under way then is finished. */
export async function run(input: CommandInput): Promise<ExitStatus> {
  const { options } = input;
  const age = options['maxAge'];
  const maxAgeMs = age === undefined ? undefined : durationOf(String(age), '--max-age');
  if (maxAgeMs === 0)
    throw new ConfigurationError({
      option: '--max-age',
      message: '--max-age takes more than 0: 1s, 12h or 7d.',
    });
  const port = portOf(options['healthPort']);
  // What the store warns of is noted when an account is taken up.
  const telling = { onEvent: eventLine(input), showsWarnings: true };
  return withAccounts(input, (session) => serve(session, input, maxAgeMs, port), telling);
}

async function serve(
  session: Session,
  { world }: CommandInput,
  maxAgeMs: number | undefined,
  port: number | undefined,
): Promise<ExitStatus> {
  const systemd = systemdOf(world.env);
  const kept = new Set<string>();
  const keepNew = async () => {
    const names = await session.names();
    await Promise.all(names.map((name) => beginFromSeed(session, name, world.signal)));
    for (const name of names) {
      if (kept.has(name)) continue;
      const manager = session.accounts.for(name);
      // Looked at before a probe asks. A store that is out of reach now may be back when it is needed.
      const { exit, why } = await lookAt(session, name, 0);
      if (exit !== EXIT.good) world.notes.write(`note: ${printable(name)}: ${why.join(' ')}\n`);
      // It ends with its manager, when the accounts are closed.
      keepAlive(manager, { maxAgeMs });
      kept.add(name);
    }
  };
  await keepNew();
  await using server = port === undefined ? undefined : await healthServer(port, () => healthOf(session));
  if (server) world.notes.write(`health: ${server.url}\n`);
  await systemd.ready();
  world.notes.write(`keeping ${kept.size === 1 ? '1 account' : `${kept.size} accounts`} alive\n`);
  await Promise.all([
    repeat(NEW_ACCOUNTS_MS, world.signal, keepNew),
    repeat(systemd.watchdogMs, world.signal, async () => systemd.alive()),
  ]);
  await systemd.stopping();
  return EXIT.good;
}

/** A store that is out of reach for a while is no reason to end. */
async function repeat(ms: number | undefined, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (ms !== undefined && !signal.aborted) {
    await pause(ms, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await work().catch(() => undefined);
  }
}

async function healthOf({ accounts, names, setup }: Session): Promise<Health> {
  const judged = await Promise.all(
    (await names()).map(async (account) => {
      const status = await accounts.for(account).status();
      // What the store warns of is in the log. It may be about the start alone, and a probe would be told of it for ever.
      const { exit, why } = await judgeAccount(setup, { ...status, warnings: [] }, 0);
      return { account, exit, why };
    }),
  );
  return { ok: judged.every(({ exit }) => exit === EXIT.good), details: judged };
}

const TOLD: readonly AuthEvent['type'][] = [
  'renewed',
  'renewal_failed',
  'adopted',
  'unsaved',
  'saved_late',
  'reauthorization_required',
  'warning',
];

/** A line for each thing that happens to an account; with `--json` an object. */
function eventLine({ options, world }: CommandInput): (event: AuthEvent) => void {
  return (event) => {
    if (!TOLD.includes(event.type)) return;
    const at = new Date(world.now()).toISOString();
    const why =
      ('error' in event ? event.error?.message : undefined) ??
      ('message' in event ? event.message : undefined);
    const { account, type } = event;
    const line = options.json
      ? JSON.stringify({ at, account, type, why })
      : [at, account, type, why].filter(Boolean).join(' ');
    world.output.write(`${line}\n`);
  };
}

function portOf(given: unknown): number | undefined {
  if (given === undefined) return undefined;
  const port = /^\d{1,5}$/.test(String(given)) ? Number(given) : Number.NaN;
  if (port <= 65_535) return port;
  throw new ConfigurationError({
    option: '--health-port',
    message: '--health-port takes a port: 0 to 65535.',
  });
}
