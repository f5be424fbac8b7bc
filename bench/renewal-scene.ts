import { promises as fs } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type * as FileBackends from '@everbearer/backends/file';
import type * as RedisBackends from '@everbearer/backends/redis';
import type * as Core from '@everbearer/core';
import { STRICT_PROFILE, type TokenBackend, type TokenProvider } from '@everbearer/core/contract';

/** One build of the packages: today's, or the one it is measured beside. */
export interface Build {
  core: Pick<typeof Core, 'createTokenManager' | 'createAccounts'>;
  file: Pick<typeof FileBackends, 'fileBackend'>;
  redis: Pick<typeof RedisBackends, 'redisBackend'>;
}

/** @param resolve - the URL of what a package name stands for in that build */
export async function loadBuild(resolve: (specifier: string) => string): Promise<Build> {
  const [core, file, redis] = await Promise.all(
    ['core', 'backends/file', 'backends/redis'].map((name) => import(resolve(`@everbearer/${name}`))),
  );
  return { core, file, redis };
}

let issued = 0;
/** Tokens as long as those of Entra: 2,000 characters to use, 1,500 to refresh. */
export const issue = (lifeMs: number = 3_600_000) => ({
  accessToken: `${++issued}`.padEnd(2_000, 'a'),
  refreshToken: `${issued}`.padEnd(1_500, 'r'),
  expiresAt: Date.now() + lifeMs,
});

/** What the strictest server does, as `STRICT_PROFILE` of each build says it. */
export const provider: TokenProvider = {
  id: 'a provider',
  profile: STRICT_PROFILE,
  scopes: ['read'],
  refresh: async () => issue(),
};

/** A renewal of a session in that store, by a process that has renewed it before. */
export async function renewing({ core }: Build, backend: TokenBackend): Promise<() => Promise<unknown>> {
  const tokens = core.createTokenManager({ provider, backend });
  await tokens.signIn(issue());
  await tokens.renew();
  return () => tokens.renew();
}

export interface FileCalls {
  /** Of files and of folders, to read or to sync those included. */
  opens: number;
  syncs: number;
  /** Of folders. */
  reads: number;
}

/** What the work asks of the file system: the calls of every module in this process are counted meanwhile. */
export async function fileCallsOf(work: () => Promise<unknown>): Promise<FileCalls> {
  const calls: FileCalls = { opens: 0, syncs: 0, reads: 0 };
  const { open, readdir } = fs;
  const counting = {
    async open(...given: Parameters<typeof open>) {
      calls.opens++;
      const handle = await open(...given);
      const sync = handle.sync.bind(handle);
      handle.sync = () => {
        calls.syncs++;
        return sync();
      };
      return handle;
    },
    readdir(...given: unknown[]) {
      calls.opens++;
      calls.reads++;
      return (readdir as (...all: unknown[]) => Promise<unknown>)(...given);
    },
  };
  Object.assign(fs, counting);
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    Object.assign(fs, { open, readdir });
    syncBuiltinESMExports();
  }
  return calls;
}
