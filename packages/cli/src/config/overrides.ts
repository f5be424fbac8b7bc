import { ConfigurationError } from '@everbearer/core';
import type {
  BackendDescription,
  EverbearerConfig,
  ProviderDescription,
  SeedDescription,
} from './everbearer-config.ts';

/** What flags say about the set-up. Each has its variable: see {@link VARIABLES}. */
export interface SetupFlags {
  provider?: string | undefined;
  tenant?: string | undefined;
  clientId?: string | undefined;
  issuer?: string | undefined;
  tokenEndpoint?: string | undefined;
  grant?: string | undefined;
  scope?: readonly string[] | undefined;
  directory?: string | undefined;
  account?: string | undefined;
  origin?: readonly string[] | undefined;
}

/** Environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The variable behind each flag. Lists are separated by spaces. */
export const VARIABLES: Readonly<Record<keyof SetupFlags, string>> = {
  provider: 'EVERBEARER_PROVIDER',
  tenant: 'EVERBEARER_TENANT_ID',
  clientId: 'EVERBEARER_CLIENT_ID',
  issuer: 'EVERBEARER_ISSUER',
  tokenEndpoint: 'EVERBEARER_TOKEN_ENDPOINT',
  grant: 'EVERBEARER_GRANT',
  scope: 'EVERBEARER_SCOPES',
  directory: 'EVERBEARER_DIRECTORY',
  account: 'EVERBEARER_ACCOUNT',
  origin: 'EVERBEARER_ORIGINS',
};

/** Variables that have no flag, since they hold or lead to secrets. */
export const SECRET_VARIABLES = {
  clientSecret: 'EVERBEARER_CLIENT_SECRET',
  refreshToken: 'EVERBEARER_REFRESH_TOKEN',
  redisUrl: 'EVERBEARER_REDIS_URL',
} as const;

/** Flags, and for what they do not say the variables. An empty variable counts as absent. */
export function withVariables(flags: SetupFlags, env: Environment): SetupFlags {
  if (flags.account === '')
    throw new ConfigurationError({ option: '--account', message: '--account takes a name.' });
  const all: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(VARIABLES)) {
    const told = env[variable]?.trim() || undefined;
    const isList = name === 'scope' || name === 'origin';
    all[name] = flags[name as keyof SetupFlags] ?? (isList ? told?.split(/\s+/) : told);
  }
  return all;
}

/**
 * The description with what flags and variables change of it.
 * @param described - of the file; undefined if there is none
 * @throws {ConfigurationError} naming a flag that has nothing to change, or what is missing
 */
export function override(
  described: EverbearerConfig | undefined,
  flags: SetupFlags,
  env: Environment,
  owner: string,
): EverbearerConfig {
  const { account, origin } = flags;
  const named = env[SECRET_VARIABLES.refreshToken] ? seedOf(SECRET_VARIABLES.refreshToken) : undefined;
  const accounts = accountsWith(described, account, named);
  const { seed: _own, ...rest } = described ?? {};
  return {
    ...rest,
    provider: providerWith(described?.provider, flags, env, owner),
    backend: backendWith(described?.backend, flags, env),
    accounts,
    ...(origin && { origins: origin }),
  };
}

function seedOf(name: string): SeedDescription {
  return { kind: 'env', name };
}

/** The account that is meant stands first. */
function accountsWith(
  described: EverbearerConfig | undefined,
  account: string | undefined,
  seed: SeedDescription | undefined,
): EverbearerConfig['accounts'] {
  const given = (described?.accounts ?? ['default']).map((each) =>
    typeof each === 'string' ? { name: each, seed: described?.seed } : each,
  );
  const meant = account ?? given[0]?.name;
  const first = given.find(({ name }) => name === meant) ?? { name: meant as string };
  const others = described?.accounts ? given.filter(({ name }) => name !== meant) : [];
  return [seed ? { ...first, seed } : first, ...others];
}

function providerWith(
  described: EverbearerConfig['provider'] | undefined,
  flags: SetupFlags,
  env: Environment,
  owner: string,
): EverbearerConfig['provider'] {
  // What a function does with a secret is its own affair.
  const changes = providerChanges(flags, typeof described === 'function' ? {} : env);
  if (Object.keys(changes).length === 0 && described) return described;
  if (typeof described === 'function') {
    throw new ConfigurationError({
      option: 'provider',
      message: `The provider in ${owner} is a function, so flags and EVERBEARER_* variables cannot change it. Leave out ${Object.keys(changes).join(', ')}, or change the file.`,
    });
  }
  if (described && flags.provider !== undefined && flags.provider !== described.kind) {
    throw new ConfigurationError({
      option: 'provider.kind',
      message: `${owner} describes a provider of another kind than --provider (EVERBEARER_PROVIDER) names. Leave that out, or name another file: --config FILE (EVERBEARER_CONFIG).`,
    });
  }
  return { ...(described ?? { kind: kindOf(flags) }), ...changes } as ProviderDescription;
}

function kindOf({ issuer, tokenEndpoint }: SetupFlags): string {
  return (issuer ?? tokenEndpoint) ? 'oauth2' : 'microsoft';
}

function providerChanges(flags: SetupFlags, env: Environment): Record<string, unknown> {
  const secret = env[SECRET_VARIABLES.clientSecret] ? { env: SECRET_VARIABLES.clientSecret } : undefined;
  const { provider, tenant, clientId, issuer, tokenEndpoint, grant, scope } = flags;
  const changes = { kind: provider, tenantId: tenant, clientId, issuer, tokenEndpoint, grant, scopes: scope };
  const given = Object.entries({ ...changes, clientSecret: secret }).filter(
    ([, value]) => value !== undefined,
  );
  return Object.fromEntries(given);
}

function backendWith(
  described: EverbearerConfig['backend'],
  { directory }: SetupFlags,
  env: Environment,
): EverbearerConfig['backend'] {
  if (directory !== undefined) return { kind: 'file', directory };
  if (!env[SECRET_VARIABLES.redisUrl]) return described ?? { kind: 'file' };
  const own: Partial<BackendDescription> =
    described && 'kind' in described && described.kind === 'redis' ? described : {};
  return { ...own, kind: 'redis', url: { env: SECRET_VARIABLES.redisUrl } };
}
