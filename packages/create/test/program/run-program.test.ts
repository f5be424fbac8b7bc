import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run, temporaryFolder } from '../support/run.ts';

const configOf = (folder: string, name = 'my-app') =>
  readFileSync(join(folder, name, 'everbearer.config.ts'), 'utf8');

describe('who is asked what', () => {
  test('at a terminal three questions, each with a default', async () => {
    const folder = temporaryFolder();
    const { status, asked, output } = await run(folder, 'my-app', ['', '', '']);
    expect(status).toBe(0);
    expect(asked).toEqual([
      {
        message: 'Which API does it call?',
        values: ['graph', 'google', 'github', 'other'],
        initial: 'graph',
      },
      {
        message: 'What kind of program is it?',
        values: ['daemon', 'web', 'job', 'worker'],
        initial: 'daemon',
      },
      { message: 'Where do tokens live?', values: ['file', 'redis', 'env', 'memory'], initial: 'file' },
    ]);
    expect(
      output,
    ).toBe(`Wrote ${folder}/my-app: a program that keeps running. It calls Microsoft Graph; tokens are in the directory tokens.

Next:
  cd my-app
  npm install
  npm start

It runs at once, against a pretend service on this machine. README.md there says how to go to the real one.
`);
  });

  test('only what no flag says, and of that only what goes with the flags', async () => {
    const folder = temporaryFolder();
    const { asked } = await run(folder, 'a --api github', ['web', 'redis']);
    expect(asked.map(({ values }) => values)).toEqual([
      ['daemon', 'web', 'job', 'worker'],
      ['file', 'redis', 'memory'],
    ]);
    const { asked: others } = await run(folder, 'b --tokens memory', ['google', '']);
    expect(others.map(({ values, initial }) => [values, initial])).toEqual([
      [['graph', 'google', 'github', 'other'], 'graph'],
      [['web'], 'web'],
    ]);
    const { asked: more } = await run(folder, 'c --tokens env --program job', ['google']);
    expect(more.length).toBe(1);
  });

  test('nobody in a pipe, and nobody with --yes', async () => {
    const folder = temporaryFolder();
    expect((await run(folder, '')).status).toBe(0);
    expect(readdirSync(folder)).toEqual(['everbearer-app']);
    const { status, asked } = await run(folder, 'my-app --yes --api=google --program job', []);
    expect({ status, asked }).toEqual({ status: 0, asked: [] });
    expect(configOf(folder)).toContain('accounts.google.com');
    // What the default does not go with is not taken.
    expect((await run(folder, 'other --tokens memory --api google -y')).output).toContain('web application');
  });

  test('who ends the questions leaves nothing behind', async () => {
    for (const replies of [[], ['graph'], ['graph', 'web']]) {
      const folder = temporaryFolder();
      const { status, notes } = await run(folder, 'deep/my-app', replies);
      expect({ status, notes, left: readdirSync(folder) }).toEqual({
        status: 1,
        notes: 'Nothing was written.\n',
        left: [],
      });
    }
  });
});

describe('what is refused', () => {
  test.each([
    ['--ap graph', /There is no --ap\. Known are: --api, /],
    ['--token file', /There is no --token\. Known are: --api, --program, --tokens, /],
    [
      '--client-secret=s3cret',
      /^create-everbearer: There is no --client-secret\. Known are: --api, --program, --tokens/,
    ],
    ['-x', /There is no -x\./],
    ['--api grahp', /--api must be one of graph, google, github, other\./],
    ['--api s3cret', /--api must be one of graph, google, github, other\.\n$/],
    ['--api', /--api must be one of/],
    ['--api --yes', /--api must be one of/],
    ['--api graph --api google', /--api stands here twice/],
    ['--yes=no', /--yes takes no value/],
    ['--no-yes', /There is no --no-yes/],
    ['my-app graph file', /npm wants -- before the flags/],
    ['my-app -- other', /One folder can be named/],
    [
      '--api google --tokens memory --program job',
      /Google gives tokens only to people.*--tokens file or redis\.\n$/,
    ],
    ['--tokens env --program web', /--tokens file, redis or memory\.\n$/],
    ['My_App', /cannot be called "My_App".*: my_app\n$/],
    ['@scope', /cannot be called "@scope".*: scope\n$/],
    ['.hidden', /cannot be called ".hidden".*: hidden\n$/],
    ['日本', /cannot be called.*: my-app\n$/],
    ['hono', /A package called "hono" is used by the project itself.*: my-hono\n$/],
    ['node_modules', /another name: my-node_modules\n$/],
    ['x'.repeat(215), /over 214 characters/],
    ['~/my-app', /only a shell replaces ~/],
  ])('%s', async (line, words) => {
    const folder = temporaryFolder();
    const { status, notes, output } = await run(folder, line);
    expect(notes).toMatch(words);
    expect({ status, output, left: readdirSync(folder) }).toEqual({ status: 1, output: '', left: [] });
    expect(notes).not.toContain('s3cret');
    expect(notes.trimEnd()).not.toMatch(/\n/);
  });

  test('a flag that npm kept for itself, since no -- stood before it', async () => {
    const folder = temporaryFolder();
    const { status, notes } = await run(folder, 'my-app', undefined, { npm_config_api: 's3cret' });
    expect(notes).toBe(
      'create-everbearer: npm took --api for itself. Put -- before the flags: npm create everbearer my-app -- --api NAME\n',
    );
    expect({ status, left: readdirSync(folder) }).toEqual({ status: 1, left: [] });
    // What is said here counts, whatever npm was told besides.
    const told = await run(folder, 'my-app --api github', undefined, { npm_config_api: 'google' });
    expect(told.output).toContain('It calls GitHub');
  });

  test('a folder with something in it, before anything is asked; what is in it stays', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'my-app'));
    writeFileSync(join(folder, 'my-app', 'mine.txt'), 'mine');
    const { status, notes, asked } = await run(folder, 'my-app', ['', '', '']);
    expect({ status, asked }).toEqual({ status: 1, asked: [] });
    expect(notes).toMatch(/my-app is there already, and not empty \(mine\.txt\)\. Name another/);
    expect(readdirSync(join(folder, 'my-app'))).toEqual(['mine.txt']);
  });

  test('a file of that name, a file in place of the folder above, a link that leads nowhere', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'my-app'), 'mine');
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
    expect((await run(folder, 'my-app')).notes).toMatch(/is there already, and is no folder/);
    expect((await run(folder, 'my-app/inside')).notes).toMatch(/cannot be looked into \(ENOTDIR\)/);
    expect((await run(folder, 'link')).notes).toMatch(/link is there already, and is no folder/);
    expect(readdirSync(folder).sort()).toEqual(['link', 'my-app']);
    expect(readFileSync(join(folder, 'my-app'), 'utf8')).toBe('mine');
  });
});

test('names of files are shown without what moves the cursor', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'a\u001b[31m/b'), { recursive: true });
  writeFileSync(join(folder, 'a\u001b[31m/b/mine\u202e\n.txt'), '');
  const refused = await run(folder, ['a\u001b[31m/b']);
  expect(refused.notes).toMatch(/^create-everbearer: [^\p{Cc}\u202e]+\n$/u);
  const { output, status } = await run(folder, ['a\u001b[31m/c']);
  expect(status).toBe(0);
  expect(output.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});

describe('where it is written', () => {
  test('-- before the flags changes nothing: pnpm and bun hand it on, npm does not', async () => {
    const folder = temporaryFolder();
    const { status, output } = await run(folder, 'my-app -- --api github');
    expect(status).toBe(0);
    expect(output).toContain('It calls GitHub');
    expect((await run(folder, '-- --yes other --program job')).output).toContain('a job that cron starts');
  });

  test('into an empty folder, into one that git has begun, into this one, into one below', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'my-app', '.git'), { recursive: true });
    expect((await run(folder, 'my-app')).status).toBe(0);
    const here = join(folder, 'here');
    mkdirSync(here);
    const { output, status } = await run(here, '.');
    expect(status).toBe(0);
    expect(output).toContain('Next:\n  npm install\n');
    expect(JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')).name).toBe('here');
    expect((await run(folder, 'a/b/c/')).output).toContain('  cd a/b/c\n');
    expect(existsSync(join(folder, 'a/b/c/src/main.ts'))).toBe(true);
  });

  test('the commands are those of the package manager that started it, and of the shell', async () => {
    const folder = temporaryFolder();
    const agent = (name: string) => ({ npm_config_user_agent: `${name}/10.1.0 node/v24.1.0 linux x64` });
    expect((await run(folder, 'a', undefined, agent('pnpm'))).output).toContain(
      '  pnpm install\n  pnpm start\n',
    );
    expect((await run(folder, 'b', undefined, agent('bun'))).output).toContain(
      '  bun install\n  bun start\n',
    );
    expect((await run(folder, 'c', undefined, agent('evil;'))).output).toContain('  npm install\n');
    expect((await run(folder, './a/../d')).output).toContain('  cd d\n');
    expect((await run(folder, ["it's $HOME/app"])).output).toContain(`  cd 'it'\\''s $HOME/app'\n`);
  });
});

test('--help names every flag and answer; --version is that of the package', async () => {
  const folder = temporaryFolder();
  const { output, status } = await run(folder, '--help');
  expect(status).toBe(0);
  for (const word of ['--api', '--program', '--tokens', '--yes', 'github', 'worker', 'redis', 'npm create'])
    expect(output).toContain(word);
  for (const line of output.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect((await run(folder, '-v')).output).toBe(`${version}\n`);
  expect(readdirSync(folder)).toEqual([]);
});
