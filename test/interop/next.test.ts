import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type AuthorizationServer,
  createAuthorizationServer,
  protectedBy,
} from '@everbearer/testing/authorization-server';
import {
  jsonReply,
  type LoopbackServer,
  listenOnLoopback,
  readText,
  send,
} from '@everbearer/testing/loopback-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ALL_WORKS, type PageServer, pageServer, WORDS_OF_NODE } from './support/page-server.ts';
import { environment, newProject, ours, type Project } from './support/project.ts';

/* An application of Next, built and started: a route handler over tokens in a file, and a page that calls with tokens of its own. */

const PACKAGES = ['core', 'backends', 'providers', 'ky-plugin'].map((name) => `@everbearer/${name}`);
const OUTSIDE = ['@everbearer/core', '@azure/msal-node'];

let project: Project;
let server: AuthorizationServer;
let api: LoopbackServer;
let web: PageServer;
beforeAll(async () => {
  project = await newProject();
  // Next refuses every import of a file in a project that says it is CommonJS; its own templates say nothing.
  await project.run('npm', ['pkg', 'delete', 'type']);
  const next = ['next@16.4.6', 'react@19.3.1', 'react-dom@19.3.1'];
  await project.install(...next, 'ky@2', '@azure/msal-node@7', ...ours(...PACKAGES));
  project.copyProgram('next', '.');
  project.copyProgram('page.mjs');
  server = await createAuthorizationServer();
  const inbox = jsonReply(200, { totalItemCount: 640 });
  api = await listenOnLoopback(
    protectedBy(server, async (request, response) => {
      await readText(request);
      send(response, inbox);
    }),
  );
  web = await pageServer(project.folder);
}, 180_000);
afterAll(async () => {
  await Promise.all([web?.[Symbol.asyncDispose](), api?.close(), server?.close()]);
  project[Symbol.dispose]();
});

interface Application extends AsyncDisposable {
  readonly url: string;
}

/** `next start`, once it listens. */
async function started(env: Record<string, string>): Promise<Application> {
  const child = spawn('npx', ['next', 'start', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd: project.folder,
    env: { ...environment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const exited = once(child, 'exit');
  const url = await Promise.race([
    addressOf(child),
    exited.then(([code]) => `next start ended with ${code}`),
  ]);
  expect(url).toMatch(/^http:/);
  return {
    url,
    async [Symbol.asyncDispose]() {
      process.kill(-(child.pid as number));
      await exited;
    },
  };
}

async function addressOf({ stdout }: ChildProcess): Promise<string> {
  let said = '';
  for await (const chunk of stdout ?? []) {
    said += chunk;
    const [url] = said.match(/http:\/\/127\.0\.0\.1:\d+/) ?? [];
    if (url !== undefined && said.includes('Ready')) return url;
  }
  return said;
}

/** The project as one that has none of these packages, until it is disposed of. */
function withoutPackages(): Disposable {
  const moves = ['@everbearer', '@azure'].map((name) => ({
    from: join(project.folder, 'node_modules', name),
    to: join(project.folder, 'hidden', name),
  }));
  for (const { from, to } of moves) {
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  }
  return {
    [Symbol.dispose]() {
      for (const { from, to } of moves) renameSync(to, from);
    },
  };
}

const codeForPages = (out: string) =>
  globSync('static/**/*.js', { cwd: join(project.folder, out) })
    .map((file) => readFileSync(join(project.folder, out, file), 'utf8'))
    .join('\n');

const cases = [
  { bundler: 'turbopack', outside: [] },
  { bundler: 'turbopack', outside: OUTSIDE },
  { bundler: 'webpack', outside: [] },
];

const COUNT = { totalItemCount: 640 };

/** What the route handler answers, also after a token was revoked, and what the page of a started application tells. */
async function seenOf(env: Record<string, string>) {
  await using application = await started(env);
  const inbox: unknown[] = [];
  for (let calls = 0; calls < 2; calls++) {
    const response = await fetch(`${application.url}/inbox`);
    inbox.push(response.ok ? await response.json() : response.status);
    server.revokeAccessTokens();
  }
  return { inbox, page: await web.seenInChromium(application.url) };
}

test.each(cases)(
  '$bundler, outside of it: $outside',
  async ({ bundler, outside }) => {
    const out = `.next-${bundler}-${outside.length}`;
    const env = {
      OUT: out,
      OUTSIDE: outside.join(' '),
      PAGE_SERVER: web.url,
      API: api.url,
      TOKEN_ENDPOINT: server.tokenEndpoint,
      CLIENT_ID: server.clientId,
      TENANT_ID: server.tenantId,
      REFRESH_TOKEN: server.signIn().refresh_token ?? '',
      HOME: join(project.folder, `home-${out}`),
      NEXT_TELEMETRY_DISABLED: '1',
    };
    await project.run('npx', ['next', 'build', `--${bundler}`], env);
    expect(codeForPages(out)).toContain('code_challenge_method');
    expect(codeForPages(out).match(WORDS_OF_NODE)).toBeNull();

    const isBundled = outside.length === 0;
    {
      using _hidden = withoutPackages();
      const inbox = isBundled ? [COUNT, COUNT] : [500, 500];
      expect(await seenOf(env)).toEqual({ inbox, page: ALL_WORKS });
    }
    if (!isBundled) expect(await seenOf(env)).toEqual({ inbox: [COUNT, COUNT], page: ALL_WORKS });
  },
  240_000,
);
