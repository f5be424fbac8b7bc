import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { companyCa, startProxy } from '@everbearer/far-end/support/way-out';
import { expect, onTestFinished, test } from 'vitest';
import { COMMANDS, nameOf } from '../../src/program/commands.ts';
import { readArguments } from '../../src/program/read-arguments.ts';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { shell } from '../support/shell.ts';
import { smallApi } from '../support/small-api.ts';

/* docs/troubleshooting.md, and what docs/containers.md and docs/proxies.md share with it: every message is ours, every command runs. */

const shared = sharedServer();
const root = fileURLToPath(new URL('../../../..', import.meta.url));
const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');
const containers = readFileSync(join(root, 'docs/containers.md'), 'utf8');
const proxies = readFileSync(join(root, 'docs/proxies.md'), 'utf8');

/** The fenced blocks of a language, also those inside a list. */
function blocks(text: string, language: string): string[] {
  const fence = new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, 'gm');
  return [...text.matchAll(fence)].map(([, indent = '', body = '']) =>
    body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

const sources = globSync('packages/{core,backends,providers,ky-plugin,cli}/src/**/*.ts', { cwd: root })
  .map((name) => readFileSync(join(root, name), 'utf8'))
  // A text as it is printed: the ticks in a template, and quotes in a text, are escaped where they are written.
  .map((text) => text.replaceAll('\\`', '`').replaceAll("\\'", "'"))
  .join('\n');

/** The pieces of a message between what differs from case to case. */
const pieces = blocks(page, 'text').flatMap((block) =>
  block
    .trimEnd()
    .split('\n')
    .flatMap((line) => line.split('…').map((piece) => ({ line, piece: piece.trim() }))),
);

test('every message is one of ours, word for word', () => {
  expect(pieces.length).toBeGreaterThan(30);
  expect(
    pieces.filter(({ piece }) => !isPrinted(piece)).map(({ piece, line }) => `${piece} (${line})`),
  ).toEqual([]);
  expect(isPrinted('The token endpoint could not be reached today')).toBe(false);
});

/** As it stands in a source; or put together of two pieces that do, neither of which is a mere word. */
function isPrinted(piece: string): boolean {
  if (piece === '' || sources.includes(piece)) return true;
  // Between two words, or before the comma behind the first of them.
  const seams = [...piece.matchAll(/ |(?=[,.;] )/g)].map(({ index }) => index);
  const isWhole = (part: string) => part.length >= 8 && sources.includes(part);
  return seams.some((at) => isWhole(piece.slice(0, at)) && isWhole(piece.slice(at).trimStart()));
}

test.each([
  ['troubleshooting', page],
  ['containers', containers],
])('every command that %s names is one, with flags that it knows', (_name, text) => {
  const named = [...text.matchAll(/`(everbearer [^`]+)`/g)].map(([, line]) => line as string);
  expect(named.length).toBeGreaterThan(5);
  const wrong = named.filter((line) => {
    const [, name = '', ...words] = line.split(/\s+/);
    const spec = COMMANDS.find((each) => nameOf(each) === name);
    // What stands behind `--` is the program that is run.
    const [before = ''] = ` ${words.join(' ')} `.split(' -- ');
    return !spec || readArguments(spec, before.split(' ').filter(Boolean)) === undefined;
  });
  expect(wrong).toEqual([]);
});

const printed = [...new Set([page, containers, proxies].flatMap((text) => blocks(text, 'sh')))];

test.each(printed)('%s runs as printed', async (block) => {
  const { server } = shared;
  const api = await smallApi(server);
  onTestFinished(() => api.close());
  const { directory, signIn, run } = commandLine(server);
  await signIn();
  expect(await run('renew')).toMatchObject({ exit: 0 });
  const origin = new URL(api.url).origin;
  const env = { API: origin, EVERBEARER_ORIGINS: origin };
  const commands = block.trimEnd().split('\n');
  // What needs no shell needs no process.
  if (commands.every((command) => /^everbearer [\w ./-]+$/.test(command))) {
    for (const command of commands)
      expect(await run(command.replace('everbearer ', ''), { env }), command).toMatchObject({
        exit: 0,
        notes: '',
      });
    return;
  }
  using ca = companyCa();
  await using proxy = await startProxy();
  const surroundings = { ...env, PROXY: proxy.url, COMPANY_CA: ca.file };
  const { exit, out, notes } = await shell(directory, `set -e\n${block}`, { env: surroundings });
  expect({ exit, notes }, out).toEqual({ exit: 0, notes: '' });
});
