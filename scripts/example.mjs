// Runs one of the examples, once what it needs is in place. Plain JavaScript, because it starts on any Node from 18 on.
//
//   npm run example                     says which there are
//   npm run example certificate-daemon  against local servers; its README.md says how against a real one
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const programs = join(root, 'node_modules', '.bin');
const [name, ...args] = process.argv.slice(2);

/** Those that are one program, each with the title of its README. */
const examples = readdirSync(join(root, 'examples'))
  .sort()
  .filter((each) => existsSync(join(root, 'examples', each, 'src', 'main.ts')))
  .map((each) => [
    each,
    /^# (.+)/.exec(readFileSync(join(root, 'examples', each, 'README.md'), 'utf8'))?.[1],
  ]);

if (examples.some(([each]) => each === name)) start();
else {
  if (name !== undefined) console.error(`example: there is no example "${name}". These there are:\n`);
  for (const [each, title] of examples) console.log(`npm run example ${each.padEnd(20)} # ${title}`);
  process.exitCode = name === undefined ? 0 : 2;
}

function start() {
  const needs = readFileSync(join(root, 'examples', name, 'package.json'), 'utf8');
  const purpose = needs.includes('"redis"') ? 'redis' : 'example';
  if (
    spawnSync(process.execPath, [join(root, 'scripts/setup.mjs'), '--for', purpose], { stdio: 'inherit' })
      .status
  ) {
    process.exitCode = 1;
    return;
  }
  const node = existsSync(join(programs, 'node')) ? join(programs, 'node') : process.execPath;
  const flags = ['--conditions=everbearer-source', '--disable-warning=ExperimentalWarning'];
  const { status } = spawnSync(node, [...flags, join(root, 'examples', name, 'src', 'main.ts'), ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${programs}${delimiter}${process.env.PATH ?? ''}` },
  });
  process.exitCode = status ?? 1;
}
