import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inject } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const programs = fileURLToPath(new URL('../programs/', import.meta.url));

/** An empty folder after `npm init -y`, as a new user has it. */
export interface Project extends Disposable {
  readonly folder: string;
  /** `npm install` of these, by the npm of the machine; rejects with what npm said. */
  install(...what: string[]): Promise<void>;
  /** The same of another npm, for instance `npm@10`. */
  installWith(npm: string, ...what: string[]): Promise<void>;
  write(name: string, text: string): void;
  /** Puts one of `test/interop/programs` into the project, a file or what is in a folder. */
  copyProgram(name: string, to?: string): void;
  /** Moves a folder to where no package is found, and returns the place. */
  moveOut(name: string): string;
  /** Runs one of `test/interop/programs`, and parses what it prints. */
  runProgram(name: string, env?: Record<string, string>): Promise<unknown>;
  /** Runs a command of the project or of the machine; rejects with all that it printed. */
  run(command: string, args: readonly string[], env?: Record<string, string>): Promise<string>;
}

export async function newProject(): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), 'everbearer-project-'));
  const outside = mkdtempSync(join(tmpdir(), 'everbearer-outside-'));
  const project: Project = {
    folder,
    install: async (...what) => void (await project.run('npm', [...INSTALL, ...what])),
    installWith: async (npm, ...what) => void (await project.run('npx', ['-y', npm, ...INSTALL, ...what])),
    write: (name, text) => writeFileSync(join(folder, name), text),
    copyProgram: (name, to = name) => cpSync(join(programs, name), join(folder, to), { recursive: true }),
    moveOut(name) {
      renameSync(join(folder, name), join(outside, name));
      return join(outside, name);
    },
    runProgram: async (name, env) => {
      project.copyProgram(name);
      return JSON.parse(await project.run('node', [name], env)) as unknown;
    },
    async run(command, args, env = {}) {
      try {
        const { stdout } = await run(command, args, { cwd: folder, env: { ...environment(), ...env } });
        return stdout;
      } catch (error) {
        const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
        throw new Error(`${command} ${args.join(' ')}:\n${stdout}${stderr}`, { cause: error });
      }
    },
    [Symbol.dispose]() {
      // Children of a browser write to its profile for a moment after it has ended.
      for (const place of [folder, outside])
        rmSync(place, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
  await project.run('npm', ['init', '-y']);
  return project;
}

const INSTALL = ['install', '--no-audit', '--no-fund', '--prefer-offline'];

/** The tarballs of these packages of ours. */
export function ours(...names: readonly string[]): string[] {
  return names.map((name) => {
    const tarball = inject('tarballs')[name];
    if (tarball === undefined) throw new Error(`${name} is no package of ours`);
    return tarball;
  });
}

/** What npm tells the scripts that it runs, which is about this repository; but not how it reaches its registry. */
const OF_NPM = /^npm_(?!config_(registry|cache|userconfig|globalconfig|https?_proxy|noproxy|cafile)$)/i;

/** For what runs in a project; Node is the one of the tests. */
export function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !OF_NPM.test(name) && name !== 'NODE_OPTIONS');
  const path = [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter);
  return { ...Object.fromEntries(own), PATH: path, NO_COLOR: '1', NODE_ENV: '' };
}
