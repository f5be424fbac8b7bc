import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import { ConfigurationError } from '@everbearer/core';
import { checkConfig } from '../config/check-config.ts';
import type { ProviderDescription } from '../config/everbearer-config.ts';
import { makeProvider } from '../config/make-provider.ts';
import { withVariables } from '../config/overrides.ts';
import { type AskedSetup, askSetup } from '../init/ask-setup.ts';
import { type Asker, Cancelled, heeding, type Question, silentAsker } from '../init/asker.ts';
import { type ConfigTarget, configTarget } from '../init/config-target.ts';
import { configText } from '../init/config-text.ts';
import type { InitFlags } from '../init/init-flags.ts';
import { refuseApartFlags } from '../init/refuse-apart-flags.ts';
import { writeConfig } from '../init/write-config.ts';
import { printJson } from '../print/print-json.ts';
import type { CommandInput } from '../session/command-input.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';

/** Writes a configuration file, by asking at a terminal, or of flags alone. */
export async function run(input: CommandInput): Promise<ExitStatus> {
  try {
    return await init(input);
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    input.world.notes.write('Nothing was written.\n');
    return EXIT.warning;
  }
}

async function init(input: CommandInput): Promise<ExitStatus> {
  const { options, world } = input;
  const named = options.config ?? (world.env['EVERBEARER_CONFIG'] || undefined);
  const format = options['format'] === undefined ? undefined : String(options['format']);
  const target = configTarget(world.directory, named, format);
  const asker = isAsked(input) ? await loadTerminalAsker(input) : undefined;
  if (target.exists && !options['force']) await mayReplace(target, asker);
  const config = await setupFor(input, asker);
  await check(config, target);
  writeConfig(target, configText(config, target.format, target.isCommonJs));
  report(config, target, input);
  return EXIT.good;
}

/** Questions need a person who sees them and can answer. */
function isAsked({ options, world }: CommandInput): boolean {
  return world.input.isTTY === true && world.notes.isTerminal && !options['yes'] && !options.json;
}

async function loadTerminalAsker({ world }: CommandInput): Promise<Asker> {
  const { terminalAsker } = await import('../init/terminal-asker.ts');
  return terminalAsker(world);
}

async function mayReplace({ path }: ConfigTarget, asker: Asker | undefined): Promise<void> {
  const answer = await asker?.choose<'no' | 'yes'>({
    flag: '--force',
    message: `Replace ${basename(path)}?`,
    initial: 'no',
    options: [
      { value: 'no', label: 'No, keep it' },
      { value: 'yes', label: 'Yes' },
    ],
  });
  if (answer === 'yes') return;
  if (answer === 'no') throw new Cancelled();
  const message = `${path} is there already, and stays as it is. To write it anew, add --force.`;
  throw new ConfigurationError({ option: '--force', message });
}

async function setupFor({ options, world }: CommandInput, asker: Asker | undefined): Promise<AskedSetup> {
  const told = { ...options, ...withVariables(options, world.env) } as InitFlags;
  refuseApartFlags(options, told);
  const flags = {
    ...told,
    ...(told.directory !== undefined && { directory: fromFile(told.directory, options, world) }),
  };
  if (asker) return askSetup(flags, heeding(asker));
  const silent = silentAsker();
  const config = await askSetup(flags, heeding(silent));
  if (silent.missing.length > 0) throw incomplete(silent.missing);
  return config;
}

/** Paths of a description start at its file; those that a person types, where that person is. */
function fromFile(
  path: string,
  { config }: CommandInput['options'],
  { directory }: CommandInput['world'],
): string {
  if (config === undefined || isAbsolute(path)) return path;
  return relative(dirname(resolve(directory, config)), resolve(directory, path)) || '.';
}

function incomplete(missing: readonly Question[]): ConfigurationError {
  const flags = missing.map(({ flag, example }) => `${flag}${example ? ` (as ${example})` : ''}`);
  const message = `Nobody can be asked here. Give ${flags.join(', ')}, or run everbearer init on a terminal.`;
  return new ConfigurationError({ option: missing[0]?.flag ?? 'init', message });
}

/** What would not be read back is not written. */
async function check(config: AskedSetup, { path }: ConfigTarget): Promise<void> {
  checkConfig(config, path);
  const { clientSecret } = config.provider;
  // The secret itself need not be there yet.
  const standIn = clientSecret && { clientSecret: { env: 'STAND_IN' } };
  const provider = { ...config.provider, ...standIn } as ProviderDescription;
  await makeProvider(provider, { env: { STAND_IN: 'stand-in' }, directory: dirname(path) });
}

function report({ provider }: AskedSetup, { path }: ConfigTarget, { options, world }: CommandInput): void {
  const { clientSecret, grant, kind } = provider;
  const needs = kind === 'microsoft' ? ['@azure/msal-node'] : [];
  const next = grant === 'client_credentials' ? 'everbearer renew' : 'everbearer login';
  if (options.json) {
    printJson(world.output, { written: path, needs, next });
    return;
  }
  const isSet = clientSecret && 'env' in clientSecret && world.env[clientSecret.env];
  const place = clientSecret && ('env' in clientSecret ? clientSecret.env : clientSecret.file);
  const first = place && !isSet ? `Put the client secret into ${place}, then run: ` : 'Next: ';
  const more = needs.map((name) => `Microsoft Entra needs a package besides: npm install ${name}\n`);
  world.output.write(`Wrote ${path}\n${more.join('')}${first}${next}\n`);
}
