import type { TokenManager } from '@everbearer/core';
import { durationOf, whenIs } from '../print/durations.ts';
import { printJson } from '../print/print-json.ts';
import type { CommandInput } from '../session/command-input.ts';
import { errorStatus, shownError } from '../session/shown-error.ts';
import { withAccounts } from '../session/with-accounts.ts';
import { EXIT, type ExitStatus, worst } from '../world/exit-status.ts';

interface Outcome {
  account: string;
  renewed: boolean;
  expiresAt?: number | undefined;
  error?: { code: string; message: string };
  exit: ExitStatus;
}

/** Renews each account that is meant; one that fails does not stop the others. */
export async function run(input: CommandInput): Promise<ExitStatus> {
  const { options, world } = input;
  const age = options['ifOlderThan'];
  const minAgeMs = age === undefined ? undefined : durationOf(String(age), '--if-older-than');
  return withAccounts(input, async ({ accounts, names, passedOver }) => {
    const outcomes: Outcome[] = [];
    const all = await names();
    for (const message of passedOver) world.notes.write(`note: ${message}\n`);
    for (const name of all) outcomes.push(await renewOne(accounts.for(name), minAgeMs, world.now()));
    if (options.json)
      printJson(
        world.output,
        outcomes.map(({ exit: _, ...told }) => told),
      );
    else for (const outcome of outcomes) world.output.write(`${sentence(outcome, world.now())}\n`);
    return worst([...outcomes.map(({ exit }) => exit), passedOver.length > 0 ? EXIT.cannotTell : EXIT.good]);
  });
}

async function renewOne(manager: TokenManager, minAgeMs: number | undefined, now: number): Promise<Outcome> {
  const { account } = manager;
  try {
    if (minAgeMs !== undefined) {
      const { session } = await manager.status();
      if (session && now - session.lastUsedAt < minAgeMs) return { account, renewed: false, exit: EXIT.good };
    }
    const { expiresAt } = await manager.renew();
    return { account, renewed: true, expiresAt, exit: EXIT.good };
  } catch (error) {
    return { account, renewed: false, error: shownError(error), exit: errorStatus(error) };
  }
}

function sentence({ account, renewed, expiresAt, error }: Outcome, now: number): string {
  if (error) return `${account}: not renewed. ${error.message}`;
  if (!renewed) return `${account}: its refresh token was used or received since, so nothing was done.`;
  return `${account}: renewed${expiresAt === undefined ? '' : `; the token ends ${whenIs(expiresAt, now)}`}.`;
}
