import { ConfigurationError } from '@everbearer/core';
import type { EverbearerConfig } from './everbearer-config.ts';
import { type Environment, SECRET_VARIABLES, type SetupFlags, VARIABLES } from './overrides.ts';

/** A flag as a person types it. */
function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** By which word something was told: by its flag, or where that says nothing by its variable. */
export function toldBy(name: string, flags: object): string {
  const isFlag = (flags as Readonly<Record<string, unknown>>)[name] !== undefined;
  const variable = (VARIABLES as Readonly<Record<string, string>>)[name];
  return isFlag || variable === undefined ? flagOf(name) : variable;
}

interface Told {
  /** What was typed. */
  flags: SetupFlags;
  /** The same, with what variables say besides. */
  told: SetupFlags;
  env: Environment;
}

/**
 * What only one of two can mean: the other one would be ignored.
 * @param described - of the file; undefined if there is none
 * @throws {ConfigurationError} naming both words, or the word and the file
 */
export function refuseApart(
  described: EverbearerConfig | undefined,
  { flags, told, env }: Told,
  owner: string,
): void {
  const { tenant, issuer, tokenEndpoint, directory, provider } = told;
  const word = (name: keyof SetupFlags) => toldBy(name, flags);
  const other = issuer === undefined ? tokenEndpoint && word('tokenEndpoint') : word('issuer');
  if (tenant !== undefined && other)
    throw apart(word('tenant'), other, 'the first is of Microsoft Entra, the second of any other server');
  const kind = kindOf(described);
  const owned = kind ?? provider;
  const whose = kind ? owner : `${word('provider')} ${provider}`;
  const remedy = kind ? OTHER_FILE : undefined;
  if (tenant !== undefined && owned === 'oauth2')
    throw apart(
      word('tenant'),
      whose,
      'the first is of Microsoft Entra, the second of any other server',
      remedy,
    );
  if (other && owned === 'microsoft')
    throw apart(other, whose, 'the second is of Microsoft Entra, the first of any other server', remedy);
  if (directory !== undefined && flags.directory === undefined && env[SECRET_VARIABLES.redisUrl])
    throw apart(VARIABLES.directory, SECRET_VARIABLES.redisUrl, 'tokens are kept in one place');
}

const OTHER_FILE = 'Leave it out, or name another file: --config FILE (EVERBEARER_CONFIG).';

function kindOf(described: EverbearerConfig | undefined): string | undefined {
  const provider = described?.provider;
  return typeof provider === 'function' ? undefined : provider?.kind;
}

/** Two words of which one would be ignored. */
export function apart(
  one: string,
  other: string,
  why: string,
  remedy = 'Leave one out.',
): ConfigurationError {
  const message = `${one} does not go with ${other}: ${why}. ${remedy}`;
  return new ConfigurationError({ option: one, message });
}
