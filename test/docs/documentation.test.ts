import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type FarEnd, startFarEnd } from '@everbearer/far-end';
import { type RedisServer, startRedisServer } from '@everbearer/far-end/redis';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { type Proxy as HttpProxy, startProxy } from '@everbearer/far-end/support/way-out';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeBlocks } from './code-blocks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/**
 * Without the translations, whose blocks are those of the originals (translations.test.ts), and without the page that needs packages
 * which `npm run test:site` installs (more-clients.test.ts there).
 */
const files = globSync('{README,CONTRIBUTING}.md', { cwd: root }).concat(
  globSync(['docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md'], {
    cwd: root,
    exclude: ['docs/zh/*', 'docs/more-clients.md'],
  }),
);
const blocks = files
  .flatMap((file) => codeBlocks(join(root, file), file))
  .filter(({ language }) => language === 'ts');

/** Inside a package that depends on everything, so that the imports resolve as they are printed. */
const workshop = join(root, 'examples/inbox-monitor/documentation-blocks');
const home = mkdtempSync(join(tmpdir(), 'documentation-'));
let farEnd: FarEnd;
let redis: RedisServer;
let proxy: HttpProxy;

beforeAll(async () => {
  rmSync(workshop, { recursive: true, force: true });
  mkdirSync(join(workshop, 'node_modules'), { recursive: true });
  linkModule(join(root, 'packages/backends/node_modules/redis'), join(workshop, 'node_modules/redis'));
  linkModule(join(root, 'packages/cli'), join(workshop, 'node_modules/everbearer'));
  linkModule(join(root, 'packages/telemetry'), join(workshop, 'node_modules/@everbearer/telemetry'));
  for (const name of ['@opentelemetry/api', '@opentelemetry/sdk-metrics', '@opentelemetry/sdk-trace', 'pino'])
    linkModule(join(root, 'packages/telemetry/node_modules', name), join(workshop, 'node_modules', name));
  for (const name of ['pg', '@types/pg'])
    linkModule(join(root, 'examples/sql-store/node_modules', name), join(workshop, 'node_modules', name));
  for (const [index, { code }] of blocks.entries()) writeFileSync(join(workshop, `block-${index}.ts`), code);
  const tsconfig = {
    extends: '../../../tsconfig.test.json',
    compilerOptions: { moduleDetection: 'force' },
    include: ['*.ts'],
  };
  writeFileSync(join(workshop, 'tsconfig.json'), JSON.stringify(tsconfig));
  const clients = [{ clientId: 'a-public-client' }, { clientId: 'nightly-report', clientSecret: 'a secret' }];
  farEnd = await startFarEnd({ authorizationServer: { clients } });
  // What Python-O365 left behind an hour ago and more.
  const reply = await farEnd.control.signIn({ scopes: ['Mail.Read', 'offline_access', 'openid'] });
  const o365Token = { ...reply, scope: reply.scope?.split(' '), expires_at: Date.now() / 1000 - 60 };
  writeFileSync(join(home, 'o365_token.txt'), JSON.stringify(o365Token), { mode: 0o600 });
  const remote = async (name: string, type: string) => {
    const { refresh_token } = await farEnd.control.signIn();
    const token = JSON.stringify({ access_token: 'ended', token_type: 'Bearer', refresh_token });
    return `[${name}]\ntype = ${type}\ntoken = ${token}\n`;
  };
  // Of the second one, the file says neither the client nor the server.
  const remotes = [
    await remote('mail', `onedrive\nclient_id = ${farEnd.clientId}`),
    await remote('other', 'unknown'),
  ];
  writeFileSync(join(home, 'rclone.conf'), remotes.join('\n'), { mode: 0o600 });
  redis = await startRedisServer();
  proxy = await startProxy();
});

afterAll(async () => {
  await farEnd?.stop();
  await redis?.stop();
  await proxy?.[Symbol.asyncDispose]();
  rmSync(workshop, { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
});

function linkModule(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(from, to);
}

async function run(command: string, args: string[], env: Record<string, string> = {}) {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const exited = once(child, 'exit');
  return {
    output: () => output,
    exited: exited.then(([code]) => code as number | null),
    kill: () => child.kill('SIGKILL'),
  };
}

test('there are code blocks to try', () => {
  expect(blocks.length).toBeGreaterThanOrEqual(2);
});

test('every code block compiles', async () => {
  const checking = await run(join(root, 'node_modules/.bin/tsc'), ['-p', workshop]);
  expect(await checking.exited, checking.output()).toBe(0);
}, 60_000);

test.each(blocks.map((block, index) => ({ ...block, index })))(
  '$file:$line runs as printed',
  async ({ file, index }) => {
    const preloads = [import.meta.resolve('@everbearer/far-end/support/local-microsoft')];
    const isBehindProxy = file === 'docs/proxies.md';
    const isOfOneServer = /^docs\/providers\/(?!microsoft)/.test(file);
    if (isOfOneServer) preloads.push(new URL('local-service.ts', import.meta.url).href);
    const running = await run(
      process.execPath,
      [
        ...SOURCE_OPTIONS,
        ...preloads.map((preload) => `--import=${preload}`),
        join(workshop, `block-${index}.ts`),
      ],
      {
        LOCAL_LOGIN: new URL(farEnd.url).origin,
        LOCAL_GRAPH: new URL(farEnd.apiUrl).origin,
        API: new URL(farEnd.apiUrl).origin,
        ...(isBehindProxy && { HTTP_PROXY: proxy.url }),
        CLIENT_ID: farEnd.clientId,
        CLIENT_SECRET: 'a secret',
        REDIS_URL: `redis://127.0.0.1:${redis.port}`,
        TOKEN_ENDPOINT: farEnd.tokenEndpoint,
        EVERBEARER_KEY: randomBytes(32).toString('base64'),
        FINGERPRINT_KEY: randomBytes(32).toString('base64'),
        O365_TOKEN_FILE: join(home, 'o365_token.txt'),
        SEED_FILE: join(home, 'seed'),
        TOKEN_FILE: join(home, 'rclone.conf'),
        HOME: home,
        XDG_STATE_HOME: isOfOneServer ? mkdtempSync(join(home, 'state-')) : home,
        EVERBEARER_TENANT_ID: 'common',
        EVERBEARER_CLIENT_ID: farEnd.clientId,
        EVERBEARER_SCOPES: 'Mail.Read',
      },
    );
    let ended = false;
    void running.exited.then(() => (ended = true));
    for (let waited = 0; !ended && waited < 15_000; waited += 50) {
      for (const code of await farEnd.control.pendingUserCodes()) await farEnd.control.approve(code);
      await pause(50);
    }
    if (!ended) running.kill();
    expect(await running.exited, running.output()).toBe(0);
    // What a comment behind a line promises is what that line prints.
    const promised = [...(blocks[index]?.code.matchAll(/console\.log\(.*\); \/\/ (\d{3})\b/g) ?? [])];
    if (promised.length > 0)
      expect(running.output().match(/^\d{3}$/gm)).toEqual(promised.map(([, status]) => status));
    if (isBehindProxy) expect(proxy.handedOn).toBe(2);
    const isProgram = isOfOneServer && blocks[index]?.code.includes('response.status');
    if (isProgram) expect(running.output()).toMatch(/^200$/m);
    expect((await farEnd.control.counts()).mailApi.bare).toBe(0);
  },
  20_000,
);
