import { AuthError, createAccounts } from '@everbearer/core';
import type { LoadedConfig } from '../config/loaded-config.ts';
import { type AccountContext, accountFindings, scopeFinding } from '../doctor/account-findings.ts';
import { checkEndpoint } from '../doctor/check-endpoint.ts';
import { type Finding, sound } from '../doctor/finding.ts';
import { ownHeaderFinding } from '../doctor/own-header-finding.ts';
import { packageFinding } from '../doctor/package-finding.ts';
import { seedFinding } from '../doctor/seed-finding.ts';
import { painter } from '../print/paint.ts';
import { printJson } from '../print/print-json.ts';
import type { CommandInput } from '../session/command-input.ts';
import { openDescribed } from '../session/open-described.ts';
import { shownError } from '../session/shown-error.ts';
import { namedAccount, namesOf } from '../session/with-accounts.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';

/** One line a check: what is wrong, why it matters, and what mends it. */
export async function run(input: CommandInput): Promise<ExitStatus> {
  const findings = await examine(input);
  const { options, world } = input;
  if (options.json) printJson(world.output, findings);
  else for (const finding of findings) world.output.write(line(finding, input));
  return findings.every(({ ok }) => ok) ? EXIT.good : EXIT.warning;
}

async function examine(input: CommandInput): Promise<Finding[]> {
  try {
    const { described, setup } = await openDescribed(input);
    const first = sound('set-up', described.path ?? 'by flags and variables, without a configuration file.');
    try {
      return [first, ...(await examineSetup(setup, input)), ...examineProgram(described.around.directory)];
    } finally {
      await setup.backend.close?.();
    }
  } catch (error) {
    return [failure('set-up', error)];
  }
}

/** What lies around the set-up: the program that uses it. */
function examineProgram(directory: string): Finding[] {
  return [...packageFinding(directory), ...ownHeaderFinding(directory)];
}

async function examineSetup(setup: LoadedConfig, input: CommandInput): Promise<Finding[]> {
  const { backend, provider } = setup;
  const store = (await backend.check?.()) ?? [];
  const { findings, scopes: known } = await checkEndpoint(provider.id, input.world);
  const needsPerson = provider.acquire === undefined;
  const context = { needsPerson, scopes: provider.scopes, known, warnDays: 14 };
  // The store says itself what is wrong with it; every account would say it again.
  const accounts = store.every(({ ok, name }) => ok || !STOPPING.includes(name))
    ? await examineAccounts(setup, input, context)
    : [];
  return [...store, ...findings, ...scopeFinding(context), ...accounts];
}

/** Findings of a store after which nothing can be read from it. */
const STOPPING = ['directory', 'writable'];

async function examineAccounts(
  setup: LoadedConfig,
  input: CommandInput,
  context: AccountContext,
): Promise<Finding[]> {
  const { provider, backend, seed } = setup;
  await using accounts = createAccounts({ provider, backend, seed, background: false });
  const found: Finding[] = [];
  for (const name of await namesOf(setup, accounts, namedAccount(input))) {
    try {
      const status = await accounts.for(name).status();
      found.push(...accountFindings(status, context));
      const own = seed?.(name);
      if (own) found.push(...(await seedFinding(own, status)));
    } catch (error) {
      found.push(failure(`account ${name}`, error));
    }
  }
  return found;
}

/** A message of ours ends with its remedy. */
function failure(name: string, error: unknown): Finding {
  if (!(error instanceof AuthError)) throw error;
  return { name, ok: false, detail: shownError(error).message };
}

function line({ ok, name, detail, remedy }: Finding, { world }: CommandInput): string {
  const paint = painter(world.output, world.env);
  if (ok) return `${paint('green', 'ok  ')} ${name}: ${detail}\n`;
  return `${paint('red', 'BAD ')} ${name}: ${detail}${remedy ? ` Mend: ${remedy}` : ''}\n`;
}
