import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ownHeaderFinding } from '../../src/doctor/own-header-finding.ts';
import { packageFinding } from '../../src/doctor/package-finding.ts';
import { shell } from '../support/shell.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

const installed = (folder: string, name: string, version: string) =>
  write(join(folder, 'node_modules', name, 'package.json'), JSON.stringify({ name, version }));

test('two copies of a package are named with their places, and the command that leaves one', () => {
  const project = temporaryDirectory({ 'package-lock.json': {} });
  expect(packageFinding(project)).toEqual([]);
  installed(project, '@everbearer/core', '1.2.0');
  installed(project, '@everbearer/backends', '1.2.0');
  installed(project, 'everbearer', '1.2.0');
  expect(packageFinding(join(project, 'deeper'))).toMatchObject([
    { ok: true, detail: expect.stringContaining('@everbearer/core 1.2.0') },
  ]);
  const backends = join(project, 'node_modules/@everbearer/backends');
  installed(backends, '@everbearer/core', '1.10.0');
  const [finding] = packageFinding(project);
  expect(finding).toMatchObject({
    ok: false,
    detail: expect.stringMatching(
      /@everbearer\/core 1\.10\.0 in .*backends\/node_modules.*; @everbearer\/core 1\.2\.0 in /,
    ),
    remedy: 'npm install @everbearer/core@1.10.0 && npm dedupe',
  });
  // As that leaves it.
  rmSync(join(backends, 'node_modules'), { recursive: true });
  installed(project, '@everbearer/core', '1.10.0');
  expect(packageFinding(project)).toMatchObject([{ ok: true }]);
});

test('one copy that many links lead to is one, as pnpm lays it out', () => {
  const project = temporaryDirectory({ 'pnpm-lock.yaml': '' });
  const at = (name: string, version: string) =>
    join(project, `node_modules/.pnpm/${name.replace('/', '+')}@${version}`);
  installed(at('@everbearer/core', '1.0.0'), '@everbearer/core', '1.0.0');
  installed(at('@everbearer/backends', '1.0.0'), '@everbearer/backends', '1.0.0');
  const core = join(at('@everbearer/core', '1.0.0'), 'node_modules/@everbearer/core');
  const backends = join(at('@everbearer/backends', '1.0.0'), 'node_modules/@everbearer');
  symlinkSync(core, join(backends, 'core'));
  mkdirSync(join(project, 'node_modules/@everbearer'));
  symlinkSync(core, join(project, 'node_modules/@everbearer/core'));
  symlinkSync(join(backends, 'backends'), join(project, 'node_modules/@everbearer/backends'));
  expect(packageFinding(project)).toMatchObject([{ ok: true }]);
  rmSync(join(backends, 'core'));
  installed(at('@everbearer/backends', '1.0.0'), '@everbearer/core', '0.9.0');
  expect(packageFinding(project)).toMatchObject([
    { ok: false, remedy: expect.stringMatching(/^pnpm add .*@1\.0\.0 && pnpm dedupe$/) },
  ]);
});

const USES_US = { 'package.json': { dependencies: { '@everbearer/core': '1.0.0' } } };

test.each([
  [`const inbox = await graph.get(url, { headers: { Authorization: \`Bearer \${token}\` } });`],
  ["headers.set('Authorization', 'Bearer ' + token);"],
  [`request.setHeader('authorization', \`Bearer \${await read()}\`)`],
  [`axios.defaults.headers.common["Authorization"] = \`Bearer \${token}\`;`],
])('a program that sets the header itself: %s', async (code) => {
  const project = temporaryDirectory(USES_US);
  write(join(project, 'src/it is.ts'), `// first\n${code}\n`);
  write(join(project, 'node_modules/other/index.js'), code);
  const [finding, ...more] = ownHeaderFinding(join(project, 'src'));
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ ok: false, detail: expect.stringMatching(/^src\/it is\.ts:2 sets/) });
  // The command shows the line; without it, or once it is said to be meant, all is well.
  expect((await shell('/', finding?.remedy ?? '')).out).toBe(`${code}\n`);
  write(join(project, 'src/it is.ts'), `// first\n${code} // not everbearer: another API\n`);
  expect(ownHeaderFinding(project)).toMatchObject([{ ok: true }]);
  write(join(project, 'src/it is.ts'), '// first\n');
  expect(ownHeaderFinding(project)).toMatchObject([{ ok: true }]);
});

test('what is no such header, or no program of ours, is left alone', () => {
  const project = temporaryDirectory(USES_US);
  const harmless = [
    'authorization: string | null;',
    'const bearer = "Authorization";',
    "if (headers.authorization === 'x') go();",
  ];
  write(join(project, 'a.ts'), harmless.join('\n'));
  expect(ownHeaderFinding(project)).toMatchObject([{ ok: true }]);
  const other = temporaryDirectory({
    'package.json': { dependencies: { ky: '2' } },
    'a.js': `x({ authorization: \`Bearer \${t}\` })`,
  });
  expect(ownHeaderFinding(other)).toEqual([]);
  expect(ownHeaderFinding(temporaryDirectory({ 'package.json': 'no JSON' }))).toEqual([]);
});

test('no more of a large tree is looked at than a glance takes', () => {
  const project = temporaryDirectory(USES_US);
  const code = "headers.set('authorization', 'Bearer ' + token);";
  for (let number = 1000; number < 3100; number++) mkdirSync(join(project, `d${number}`));
  write(join(project, 'd1000/near.ts'), code);
  write(join(project, 'd3099/far.ts'), code);
  expect(ownHeaderFinding(project)).toMatchObject([{ detail: expect.stringMatching(/^d1000\/near\.ts:1/) }]);
});
