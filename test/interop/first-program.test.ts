import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type FarEnd, startFarEnd } from '@everbearer/far-end';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { codeBlocks } from '../docs/code-blocks.ts';
import { newProject, ours, type Project } from './support/project.ts';
import { TYPESCRIPTS } from './support/versions.ts';

vi.setConfig({ testTimeout: 180_000 });

/* The README word for word in the folder of a newcomer: `npm init -y`, its install command, its first program. */

const readme = fileURLToPath(new URL('../../README.md', import.meta.url));
const text = readFileSync(readme, 'utf8');
const blocks = codeBlocks(readme, 'README.md');
const program = blocks.find(({ language }) => language === 'ts')?.code ?? '';
const name = /Save it as `(.+?)`/.exec(text)?.[1] ?? '';
const installed = /^npm install (ky .+)$/m.exec(text)?.[1]?.split(' ') ?? [];
const MODULES = ['--module node16', '--module nodenext', '--module esnext --moduleResolution bundler'];

const NEWEST = TYPESCRIPTS.at(-1) ?? '';

let project: Project;
beforeAll(async () => {
  project = await newProject();
  const named = installed.map((each) => inject('tarballs')[each] ?? each);
  const compilers = TYPESCRIPTS.map((version) => `${alias(version)}@npm:typescript@${version}`);
  await project.install(...named);
  const others = ours('@everbearer/telemetry', '@everbearer/testing', 'everbearer');
  await project.install('--save-dev', '@types/node', ...compilers, ...others);
  project.write(name, program);
}, 180_000);
afterAll(() => project[Symbol.dispose]());

test('this npm makes CommonJS projects', async () => {
  expect(JSON.parse(await project.run('npm', ['pkg', 'get', 'type']))).toBe('commonjs');
});

describe('the first program', () => {
  let farEnd: FarEnd;
  beforeAll(async () => {
    farEnd = await startFarEnd({ authorizationServer: { clients: [{ clientId: 'a-public-client' }] } });
  });
  afterAll(() => farEnd.stop());

  test('signs in, and prints how many messages there are', async () => {
    const preload = import.meta.resolve('@everbearer/far-end/support/local-microsoft');
    const running = project.run('node', [`--import=${preload}`, name], {
      CLIENT_ID: farEnd.clientId,
      LOCAL_LOGIN: new URL(farEnd.url).origin,
      LOCAL_GRAPH: new URL(farEnd.apiUrl).origin,
      HOME: project.folder,
      XDG_STATE_HOME: project.folder,
    });
    let ended = false;
    const output = running.finally(() => (ended = true));
    while (!ended) {
      for (const code of await farEnd.control.pendingUserCodes()) await farEnd.control.approve(code);
      await Promise.race([output.catch(() => undefined), pause(50)]);
    }
    expect(await output).toMatch(/^\d+ messages$/m);
  });

  test.each(TYPESCRIPTS)('passes TypeScript %s after `tsc --init`', async (version) => {
    project.write('tsconfig.json', '');
    await project.run('rm', ['tsconfig.json']);
    await tsc(version, '--init');
    const config = readFileSync(`${project.folder}/tsconfig.json`, 'utf8');
    // What the README says is to be added; older compilers write none, and take all types there are.
    project.write('tsconfig.json', config.replace('"types": []', '"types": ["node"]'));
    await tsc(version, '--noEmit');
    await project.run('rm', ['tsconfig.json']);
  });
});

describe.each(TYPESCRIPTS)('TypeScript %s finds the types of every entry, and none is wrong', (version) => {
  test.each(MODULES)('%s', async (options) => {
    project.write('every-entry.mts', everyEntry());
    await tsc(version, ...OPTIONS, ...options.split(' '), 'every-entry.mts');
  });
});

test('a file in CommonJS passes as nodenext has it', async () => {
  project.write('common.ts', COMMON);
  await tsc(NEWEST, ...OPTIONS, '--module', 'nodenext', 'common.ts');
});

test('node16 knows no require() of ES modules, and says how to go on', async () => {
  project.write('common.ts', COMMON);
  const said = await tsc(NEWEST, ...OPTIONS, '--module', 'node16', 'common.ts').catch(String);
  expect(said).toMatch(/TS1479.*import\("@everbearer\/core"\)/);
});

test('require() gives every entry to a CommonJS program, and the same one that import() gives', async () => {
  const names = JSON.stringify(entries());
  const code = `(async () => { for (const name of ${names}) if (require(name) !== (await import(name)) && Object.keys(require(name)).some((key) => require(name)[key] === undefined)) throw name; console.log(${names}.length); })()`;
  project.write('required.js', code);
  expect(Number(await project.run('node', ['required.js']))).toBe(entries().length);
});

const OPTIONS = ['--noEmit', '--strict', '--target', 'esnext', '--types', 'node'];
const COMMON = `import { createTokenManager } from '@everbearer/core';
import { memoryBackend } from '@everbearer/backends/memory';
import { microsoft } from '@everbearer/providers/microsoft';
const provider = microsoft({ tenantId: 'common', clientId: 'x', scopes: ['a'] });
export const tokens = createTokenManager({ provider, backend: memoryBackend() });
`;

function alias(version: string): string {
  return `typescript-${version}`;
}

/** The compiler says what is wrong on its standard output. */
function tsc(version: string, ...args: string[]): Promise<string> {
  return project.run('node', [`node_modules/${alias(version)}/bin/tsc`, ...args]);
}

/** All that the packed packages export, but what needs a peer that this project has not. One is a program alone. */
function entries(): string[] {
  return Object.keys(inject('tarballs'))
    .filter((name) => name !== 'create-everbearer')
    .flatMap((name) => {
      const manifest = readFileSync(`${project.folder}/node_modules/${name}/package.json`, 'utf8');
      const { exports } = JSON.parse(manifest) as { exports: Record<string, unknown> };
      return Object.keys(exports).map((subpath) => name + subpath.slice(1));
    })
    .filter((entry) => entry !== '@everbearer/telemetry/opentelemetry');
}

function everyEntry(): string {
  return entries()
    .map((entry, at) => `export * as entry${at} from '${entry}';\n`)
    .join('');
}
