import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { apart } from '../../src/answers/apart.ts';
import { DEPENDENCIES } from '../../src/project/package-file.ts';
import { projectFiles } from '../../src/project/project-files.ts';
import { variablesFor } from '../../src/project/variables.ts';
import { VERSIONS } from '../../src/project/versions.ts';
import { ALL, nameOf, TOGETHER } from '../support/combinations.ts';

/* What is written for each combination of answers. test/project/type-check.test.ts checks its types. */

test('which answers go together', () => {
  expect(ALL.length).toBe(64);
  const refused = ALL.filter((answers) => !TOGETHER.includes(answers)).map(nameOf);
  expect(refused.sort()).toEqual([
    'github-daemon-memory',
    'github-job-memory',
    'github-web-env',
    'github-worker-memory',
    'google-daemon-memory',
    'google-job-memory',
    'google-web-env',
    'google-worker-memory',
    'graph-web-env',
    'other-web-env',
  ]);
  for (const answers of ALL) expect(apart(answers) ?? '--tokens file').toMatch(/--tokens file/);
});

describe.each(TOGETHER.map((answers) => ({ name: nameOf(answers), answers })))('$name', ({ answers }) => {
  const files = projectFiles(answers, 'my-app', '1.2.3');
  const sources = Object.entries(files).filter(([path]) => path.endsWith('.ts'));
  const code = sources.map(([, text]) => text).join('\n');

  test('its files', () => {
    const more = { worker: ['src/queue.ts'], web: ['src/whose.ts'], job: [], daemon: [] }[answers.program];
    expect(Object.keys(files).sort()).toEqual(
      [
        '.env.example',
        '.gitignore',
        'README.md',
        'everbearer.config.ts',
        'package.json',
        'src/ask.ts',
        'src/main.ts',
        'src/pretend.ts',
        'src/service.ts',
        'tsconfig.json',
        ...more,
      ].sort(),
    );
    for (const [path, text] of Object.entries(files)) {
      expect(text, path).not.toMatch(/undefined\n|\[object|\n\n\n|[ \t]\n/);
      expect(text, path).toMatch(/[^\n]\n$/);
    }
    for (const [path, text] of sources) expect(text.split('\n').length, path).toBeLessThan(110);
    for (const line of code.split('\n')) expect(line.length, line).toBeLessThanOrEqual(110);
  });

  test('package.json names what the sources import, and nothing else', () => {
    const { name, dependencies, devDependencies, type } = JSON.parse(files['package.json'] as string);
    expect({ name, type }).toEqual({ name: 'my-app', type: 'module' });
    // What only pretend.ts imports may be left out where the program runs in earnest.
    const needed = packagesIn(sources.filter(([path]) => path !== 'src/pretend.ts'));
    const all = packagesIn(sources);
    if (answers.api === 'graph') needed.add('@azure/msal-node');
    if (answers.tokens === 'redis') needed.add('redis');
    const given = Object.keys(dependencies);
    expect([...needed].filter((each) => !given.includes(each))).toEqual([]);
    const unused = given.filter((each) => !needed.has(each) && !all.has(each));
    expect(unused).toEqual([]);
    expect([...all].filter((each) => !given.includes(each) && !(each in devDependencies))).toEqual([]);
    for (const each of [...given, ...Object.keys(devDependencies)]) expect(DEPENDENCIES).toContain(each);
    expect(dependencies.everbearer).toBe('^1.2.3');
  });

  test('every variable that is read is in .env.example, with no secret in it, and the other way round', () => {
    const read = new Set(
      [...code.matchAll(/process\.env\.(\w+)|(?:env|name): '([A-Z_]+)'/g)].map(([, a, b]) => a ?? b),
    );
    const named = [...(files['.env.example'] as string).matchAll(/^(\w+)=(.*)$/gm)];
    // PORT is what hosts of web applications set, and PRETEND the name of a variable that there is not.
    const meant = [...read].filter((name) => name !== 'PORT' && name !== 'PRETEND');
    expect(meant.sort()).toEqual(named.map(([, name]) => name).sort());
    expect(named.map(([, name]) => name)).toEqual(variablesFor(answers).map(({ name }) => name));
    for (const [, name = '', value] of named)
      if (/SECRET|TOKEN|CLIENT/.test(name)) expect(value, name).toBe('');
  });

  test('git leaves tokens and secrets out', () => {
    const ignored = (files['.gitignore'] as string).split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.env', 'tokens/', 'node_modules/']));
    if (code.includes("kind: 'file'"))
      expect(files['everbearer.config.ts']?.includes("{ kind: 'file', directory: 'tokens' }")).toBe(true);
  });
});

test('versions of others are those that this repository is tested with', () => {
  const pinned = {
    ...pinsOf('../../../../package.json'),
    ...pinsOf('../../package.json'),
  };
  for (const [name, version] of Object.entries(VERSIONS)) {
    const pin = pinned[name === 'typescript' ? 'typescript-7' : name]?.replace('npm:typescript@', '');
    expect(version, name).toBe(`^${pin}`);
  }
});

function pinsOf(path: string): Record<string, string> {
  const manifest = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  return { ...manifest['dependencies'], ...manifest['devDependencies'] };
}

/** The packages that sources import, by their names. */
function packagesIn(sources: readonly (readonly [path: string, text: string])[]): Set<string> {
  const specifiers = sources.flatMap(([, text]) =>
    [...text.matchAll(/from '([^.'][^']*)'/g)].map(([, from]) => from ?? ''),
  );
  const names = specifiers
    .filter((from) => !from.startsWith('node:'))
    .map((from) =>
      from
        .split('/')
        .slice(0, from.startsWith('@') ? 2 : 1)
        .join('/'),
    );
  return new Set(names);
}
