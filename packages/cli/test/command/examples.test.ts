import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoopbackServer } from '@everbearer/testing/loopback-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMANDS } from '../../src/program/commands.ts';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { shell } from '../support/shell.ts';
import { smallApi } from '../support/small-api.ts';

/* Each example of each command's help, as it is printed there. What needs a shell runs in one, as a process. */

const shared = sharedServer();
let api: LoopbackServer;
beforeAll(async () => {
  api = await smallApi(shared.server);
});
afterAll(() => api.close());

const examples = COMMANDS.flatMap(({ usage, examples }) =>
  examples.map(([line]) => ({ name: usage.split(' ')[0] as string, line })),
);
const asInteractive = () => {
  for (const code of shared.server.pendingUserCodes()) shared.server.approve(code);
};

test('every command has examples, and its help shows them', async () => {
  const { run } = commandLine(shared.server);
  for (const { usage, examples } of COMMANDS) {
    const name = usage.split(' ')[0] as string;
    expect(examples, name).not.toEqual([]);
    const { exit, out } = await run(`${name} --help`);
    expect(exit).toBe(0);
    for (const [line] of examples) expect(out).toContain(line);
  }
});

test.each(examples)('$line', async ({ line }) => {
  const { server } = shared;
  const { run, signIn, directory } = commandLine(server);
  await signIn();
  const browser = join(directory, 'browser.mjs');
  writeFileSync(browser, `#!${process.execPath}\nawait fetch(process.argv[2]);\n`);
  chmodSync(browser, 0o755);
  const { refresh_token } = server.signIn();
  const files = {
    'o365_token.txt': JSON.stringify({
      token_type: 'Bearer',
      access_token: 'ended',
      expires_at: 1,
      refresh_token,
    }),
    'refresh-token.txt': refresh_token as string,
  };
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(directory, name), text, { mode: 0o600 });
  // What is traced is this workspace's TypeScript, behind its condition.
  const NODE_OPTIONS = '--conditions=everbearer-source';
  const env = { API: new URL(api.url).origin, BROWSER: browser, NODE_OPTIONS };
  const isPlain = /^everbearer [\w ./@:-]+$/.test(line);
  const ran = isPlain
    ? await run(line.replace('everbearer ', ''), { env, onNote: asInteractive })
    : await shell(directory, line, { env });
  for (const name of Object.keys(files)) rmSync(join(directory, name));
  expect(ran.exit, ran.notes + ran.out).toBe(0);
});
