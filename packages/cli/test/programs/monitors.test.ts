import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { shell } from '../support/shell.ts';

/* What reads a status: promtool, node_exporter and the library of the plugins of Nagios. */

const shared = sharedServer();
const ACCOUNTS = ['ops', 'o\'p"s=|\\', '東京'];

async function signedIn() {
  const line = commandLine(shared.server, { accounts: ACCOUNTS });
  for (const account of ACCOUNTS) await line.signIn(account);
  await line.run('renew --account ops');
  return line;
}

test('promtool finds no fault with the metrics', async () => {
  const { directory } = await signedIn();
  const { exit, out, notes } = await shell(
    directory,
    'everbearer status --output prometheus | promtool check metrics',
  );
  expect({ exit, out, notes }).toEqual({ exit: 0, out: '', notes: '' });
});

test('node_exporter reads the file, every name as it is', async () => {
  const { directory } = await signedIn();
  mkdirSync(join(directory, 'textfiles'));
  const written = await shell(
    directory,
    'everbearer status --output prometheus --file textfiles/everbearer.prom',
  );
  expect(written).toMatchObject({ exit: 0, notes: '' });
  const port = await freePort();
  const flags = [
    '--collector.disable-defaults',
    '--collector.textfile',
    `--collector.textfile.directory=${join(directory, 'textfiles')}`,
  ];
  const exporter = spawn('prometheus-node-exporter', [...flags, `--web.listen-address=127.0.0.1:${port}`], {
    stdio: 'ignore',
  });
  onTestFinished(async () => {
    const ended = once(exporter, 'close');
    exporter.kill();
    await ended;
  });
  const scrape = async () => (await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined))?.text();
  await expect.poll(scrape).toContain('node_textfile_scrape_error 0');
  const text = (await scrape()) as string;
  for (const account of ACCOUNTS) {
    const label = account.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    expect(text).toContain(`everbearer_account_status{account="${label}"} 0`);
  }
});

test('the library of the plugins of Nagios reads every figure', async () => {
  const { directory } = await signedIn();
  const reader = `use Monitoring::Plugin::Performance; local $/; my ($text) = <STDIN> =~ /\\|(.*)/; print join "", map { $_->label . ":" . $_->value . ":" . $_->uom . "\\n" } Monitoring::Plugin::Performance->parse_perfstring($text);`;
  const { out, notes } = await shell(directory, `everbearer status --output nagios | perl -e '${reader}'`);
  expect(notes).toBe('');
  expect(out).toMatch(/^ops refresh_token_age:\d+:s\nops renewals:1:c\n/);
  expect(out.trim().split('\n')).toHaveLength(2 * ACCOUNTS.length);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
