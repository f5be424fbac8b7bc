import { dirname } from 'node:path';
import { ConfigurationError } from '@everbearer/core';
import { checkConfig } from './check-config.ts';
import { directoryFrom } from './directory-from.ts';
import type { EverbearerConfig } from './everbearer-config.ts';
import { findConfig, namedConfig } from './find-config.ts';
import type { LoadConfigOptions } from './loaded-config.ts';
import { override, type SetupFlags, withVariables } from './overrides.ts';
import { readConfig } from './read-config.ts';
import { refuseApart } from './refuse-apart.ts';
import type { Surroundings } from './text-elsewhere.ts';

/** A description with flags and variables in it, checked. Nothing is opened. */
export interface DescribedSetup {
  config: EverbearerConfig;
  /** The file, or words for its absence, as messages name it. */
  owner: string;
  path: string | undefined;
  around: Surroundings;
}

/** Finds, reads, overrides and checks. */
export async function describeSetup(options: LoadConfigOptions, flags: SetupFlags): Promise<DescribedSetup> {
  const { directory = process.cwd(), env = process.env } = options;
  const path = locateConfig({ ...options, directory, env });
  const owner = path ?? 'the command line';
  const described = path === undefined ? undefined : checkConfig(await readConfig(path), path);
  const told = fromHere(withVariables(flags, env), directory);
  refuseApart(described, { flags, told, env }, owner);
  if (!described) requireClient(told, directory);
  const config = checkConfig(override(described, told, env, owner), owner);
  return { config, owner, path, around: { env, directory: path === undefined ? directory : dirname(path) } };
}

/**
 * The file that describes the set-up; undefined where flags and variables do.
 * @throws {ConfigurationError} for a named file that is not there, for two side by side, and for a file of another user
 */
export function locateConfig({ config, directory, env }: LocatedBy): string | undefined {
  const named = config ?? (env['EVERBEARER_CONFIG'] || undefined);
  return named === undefined ? findConfig(directory) : namedConfig(named, directory);
}

type LocatedBy = Surroundings & Pick<LoadConfigOptions, 'config'>;

/** A path that a person types is relative to where that person is. */
function fromHere(flags: SetupFlags, here: string): SetupFlags {
  return flags.directory === undefined
    ? flags
    : { ...flags, directory: directoryFrom(here, flags.directory) };
}

/** Without a file, the first thing that is missing is the client. */
function requireClient({ clientId, scope }: SetupFlags, directory: string): void {
  if (clientId !== undefined && scope !== undefined) return;
  const [flag, variable] =
    clientId === undefined ? ['--client-id', 'EVERBEARER_CLIENT_ID'] : ['--scope', 'EVERBEARER_SCOPES'];
  throw new ConfigurationError({
    option: clientId === undefined ? 'provider.clientId' : 'provider.scopes',
    message: `There is no everbearer.config.ts, .js or .json in ${directory} or above, and no ${flag}. Write one: everbearer init. Or give ${flag} (or ${variable}).`,
  });
}
