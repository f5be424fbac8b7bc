import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AuthorizationServer,
  createAuthorizationServer,
} from '@everbearer/testing/authorization-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALL_WORKS, type PageServer, pageServer, WORDS_OF_NODE } from './support/page-server.ts';
import { newProject, ours, type Project } from './support/project.ts';

const BUNDLERS = ['esbuild', 'webpack', 'rollup', 'vite'] as const;
const TOOLS = [
  'esbuild@0.28',
  'webpack@5',
  'vite@8',
  'rollup@4',
  ...['node-resolve', 'commonjs', 'json'].map((name) => `@rollup/plugin-${name}`),
];
const PACKAGES = [
  '@everbearer/core',
  '@everbearer/backends',
  '@everbearer/providers',
  '@everbearer/ky-plugin',
];
/** What is said to stay outside of a bundle: packages of ours, and of others. */
const EXTERNALS = ['@everbearer/core', '@azure/msal-node'];

let project: Project;
beforeAll(async () => {
  project = await newProject();
  await project.install('ky@2', '@azure/msal-node@7', ...TOOLS, ...ours(...PACKAGES));
  for (const name of ['server.mjs', 'page.mjs', 'browser.mjs', 'bundle.mjs']) project.copyProgram(name);
}, 180_000);
afterAll(() => project[Symbol.dispose]());

const bundle = (
  bundler: string,
  entry: string,
  out: string,
  platform: string,
  external: readonly string[] = [],
) =>
  project.run('node', ['bundle.mjs', bundler, entry, out, platform, ...external], { NODE_ENV: 'production' });

const codeIn = (out: string) =>
  globSync('**/*.{js,mjs}', { cwd: join(project.folder, out) })
    .map((file) => readFileSync(join(project.folder, out, file), 'utf8'))
    .join('\n');

describe('a program for a server: tokens in files, of any server and of Entra', () => {
  let server: AuthorizationServer;
  beforeAll(async () => {
    server = await createAuthorizationServer();
  });
  afterAll(() => server.close());

  const cases = BUNDLERS.flatMap((bundler) => [
    { bundler, external: [] },
    { bundler, external: EXTERNALS },
  ]);
  test.each(cases)(
    '$bundler, outside of it: $external',
    async ({ bundler, external }) => {
      const out = `server-${bundler}-${external.length}`;
      await bundle(bundler, 'server.mjs', out, 'node', external);
      const inside = codeIn(out);
      for (const name of external) expect(inside).toMatch(new RegExp(`(from|import\\()\\s*["']${name}["']`));
      if (external.length === 0) expect(inside).not.toMatch(/(from|import\()\s*["'](@everbearer|@azure)/);
      // Away from every node_modules if all of it is inside.
      const home = external.length === 0 ? project.moveOut(out) : join(project.folder, out);
      const printed = await project.run('node', [join(home, 'main.mjs')], {
        TOKEN_ENDPOINT: server.tokenEndpoint,
        CLIENT_ID: server.clientId,
        TENANT_ID: server.tenantId,
        HOME: join(project.folder, `home-${out}`),
        REFRESH_TOKEN_oauth2: server.signIn().refresh_token ?? '',
        REFRESH_TOKEN_microsoft: server.signIn().refresh_token ?? '',
      });
      const tokens = JSON.parse(printed) as Record<'oauth2' | 'microsoft', string>;
      expect(server.judge(tokens.oauth2).kind).toBe('valid');
      expect(server.judge(tokens.microsoft).kind).toBe('valid');
    },
    180_000,
  );
});

describe('a program for a page', () => {
  let web: PageServer;
  beforeAll(async () => {
    web = await pageServer(project.folder);
  });
  afterAll(() => web[Symbol.asyncDispose]());

  test.each(BUNDLERS)(
    '%s makes a bundle without a word of Node, which runs in Chromium',
    async (bundler) => {
      const out = `browser-${bundler}`;
      await bundle(bundler, 'browser.mjs', out, 'browser');
      expect(codeIn(out).match(WORDS_OF_NODE)).toBeNull();
      expect(await web.seenInChromium(`${web.url}/${out}/`)).toEqual(ALL_WORKS);
    },
    180_000,
  );
});
