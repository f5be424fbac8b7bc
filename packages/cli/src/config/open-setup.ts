import { resolve } from 'node:path';
import { ConfigurationError, type Seed, seedFrom } from '@everbearer/core';
import type { DescribedSetup } from './describe-setup.ts';
import type { AccountDescription, SeedDescription } from './everbearer-config.ts';
import type { LoadedConfig } from './loaded-config.ts';
import { makeBackend } from './make-backend.ts';
import { makeProvider } from './make-provider.ts';
import { originsOf } from './origins-of.ts';
import type { Surroundings } from './text-elsewhere.ts';

/** Makes what the description names. */
export async function openSetup({ config, owner, path, around }: DescribedSetup): Promise<LoadedConfig> {
  const { provider, backend = { kind: 'file' } } = config;
  const accounts = (config.accounts ?? ['default']) as readonly AccountDescription[];
  const made = await naming(owner, 'provider', async () =>
    typeof provider === 'function' ? provider() : makeProvider(provider, around),
  );
  const store = await naming(owner, 'backend', async () =>
    typeof backend === 'function' ? backend() : makeBackend(backend, around),
  );
  const seeds = new Map<string, Seed>();
  for (const { name, seed } of accounts)
    if (seed) seeds.set(name, await naming(owner, 'seed', () => makeSeed(seed, around)));
  return {
    provider: made,
    backend: store,
    seed: seeds.size > 0 ? (account) => seeds.get(account) : undefined,
    accounts: accounts.map(({ name }) => name),
    origins: await originsOf(config),
    path,
  };
}

async function makeSeed(description: SeedDescription, { env, directory }: Surroundings): Promise<Seed> {
  if (description.kind === 'env') {
    const { envBackend } = await import('@everbearer/backends/env');
    return seedFrom(envBackend({ name: description.name, env }));
  }
  const { secretBackend } = await import('@everbearer/backends/secret');
  return seedFrom(secretBackend({ path: resolve(directory, description.path) }));
}

/** What a package says about its own option, with the file that it came from. */
async function naming<T>(owner: string, member: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    // Some are named by their place in the file already.
    const isPlaced = error.option === member || error.option.startsWith(`${member}.`);
    const option = isPlaced ? error.option : `${member}.${error.option}`;
    const message = `${owner}: ${isPlaced ? '' : `\`${member}\`: `}${error.message}`;
    throw new ConfigurationError({ option, message, cause: error });
  }
}
