import { type RedisServer, startRedisServer } from '@everbearer/far-end/redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newProject, ours, type Project } from './support/project.ts';
import { EDGES, OUTSIDE, type Versions } from './support/versions.ts';

/*
 * npm takes an optional peer that is out of range for a conflict as soon as the project itself has it, so our ranges let every
 * version in; which ones work is held here, and what does not is named at run time.
 */

const PACKAGES = ours(
  '@everbearer/core',
  '@everbearer/backends',
  '@everbearer/providers',
  '@everbearer/ky-plugin',
);
const TESTING = ours('@everbearer/testing');
const specifiers = (versions: Versions) =>
  Object.entries(versions).map(([name, version]) => `${name}@${version}`);

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedisServer();
});
afterAll(() => redis.stop());

test.each(EDGES)(
  'all that is used of %o works',
  async (versions) => {
    using project = await newProject();
    await project.install(...specifiers(versions), ...PACKAGES, ...TESTING);
    const renewedOnce = { same: true, renewals: 1, equal: true, kind: 'valid' };
    expect(await project.runProgram('clients.mjs', { REDIS_URL: `redis://127.0.0.1:${redis.port}` })).toEqual(
      {
        ky: [200, 200, 401, 'OriginNotAllowedError'],
        redis: renewedOnce,
        ioredis: renewedOnce,
        msal: 'valid',
      },
    );
  },
  180_000,
);

describe('a project that has other majors for reasons of its own', () => {
  let project: Project;
  beforeAll(async () => {
    project = await newProject();
    await project.install(...specifiers(OUTSIDE));
  }, 120_000);
  afterAll(() => project[Symbol.dispose]());

  test.each(['npm@10', 'npm@11'])(
    'takes our packages from %s without a quarrel',
    async (npm) => {
      await project.installWith(npm, ...PACKAGES, ...ours('@everbearer/telemetry', 'everbearer'));
    },
    180_000,
  );

  test('is told which version was found, and which is needed', async () => {
    const named = (option: string, found: string, wanted: string) => ({
      name: 'ConfigurationError',
      option,
      message: expect.stringMatching(new RegExp(`(${found}.*${wanted})|(${wanted}.*${found})`)) as string,
    });
    expect(await project.runProgram('outside.mjs')).toEqual({
      redis: named('client', 'redis 4', 'redis 5 or later'),
      cluster: named('client', 'redis 4', 'redis 5 or later'),
      ky: named('ky', 'ky 1 was found', 'ky 2.0 or later'),
      msal: named('@azure/msal-node', 'version 2.16.3 was found', 'version 3.8 or later'),
    });
  });
});
