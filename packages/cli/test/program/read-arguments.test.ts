import { expect, test } from 'vitest';
import { COMMANDS, nameOf } from '../../src/program/commands.ts';
import { runFullProgram } from '../../src/program/full-program.ts';
import { readArguments } from '../../src/program/read-arguments.ts';
import type { World } from '../../src/world/world.ts';

/* Two readers of one syntax: the fast one says nothing else than commander does. */

const sink = { write: () => {}, written: async () => {}, isTerminal: false };
const world = { output: sink, notes: sink } as unknown as World;

async function byCommander(argv: readonly string[]) {
  let told: { args: unknown; options: unknown } | undefined;
  await runFullProgram(argv, world, async (_, args, options) => {
    told = { args: [...args], options: { ...options } };
  });
  return told;
}

function byUs([name, ...words]: readonly string[]) {
  const spec = COMMANDS.find((each) => nameOf(each) === name);
  return spec && readArguments(spec, words);
}

test.each([
  'status',
  'status --json --warn-days 7',
  'status --warn-days=7 --account=ops --config a.json',
  'token get --output git-credential --origin https://a.example.com --origin https://b.example.com',
  'token --output git-credential --origin https://a.example.com get',
  'request GET https://a.example.com/b --header a:b --header c:d --data -',
  'request --include POST https://a.example.com',
  'import --raw -',
  'import -- --odd-name',
  'login --scope a --scope b --tenant common --client-id x --issuer y --token-endpoint z --grant g --provider p',
  'keepalive --max-age 1d --health-port 0 --directory d',
  'export --format env --move --name n --yes',
])('everbearer %s', async (line) => {
  const argv = line.split(' ');
  const told = byUs(argv);
  expect(told).toBeDefined();
  expect(told).toEqual(await byCommander(argv));
});

test.each([
  'status --help',
  'status -h',
  'status extra',
  'status --warn-dayz 7',
  'status --account',
  'status --json=yes',
  'request GET',
  'request GET a b',
  'renew --account a --account b',
  'renew --if-older-than 7d --if-older-than 8d',
  'nonsense',
])('what is odd is left to commander: everbearer %s', async (line) => {
  expect(byUs(line.split(' '))).toBeUndefined();
});

test('a value that looks like a flag is read by commander', async () => {
  const argv = ['request', 'POST', 'https://a.example.com', '--data', '-5'];
  expect(byUs(argv)).toBeUndefined();
  expect(await byCommander(argv)).toMatchObject({ options: { data: '-5' } });
});
