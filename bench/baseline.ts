import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The build of 2026-11-26, beside which today's is measured. */
const COMMIT = '46662dd2672be1d0ad212ce4ebe653f7fde4a6aa';

/** What is compared; the rest of the workspace is not built. */
const BUILT = ['core', 'ky-plugin', 'backends', 'providers', 'testing'];

const here = fileURLToPath(new URL('..', import.meta.url));

/** An earlier build of this repository. */
export interface Baseline {
  /** Its checkout. */
  root: string;
  commit: string;
  /** The URL of what a package name stands for there; from source or from `dist`, as this process resolves its own. */
  resolve(specifier: string): string;
}

/**
 * The baseline, as a git worktree in the folder for temporary files, with its packages installed by its own lockfile and built. Made
 * once, which takes a minute or two; found again by later runs.
 * @throws when this is no git checkout that holds the commit, or when installing or building fails: with what that printed
 */
export function baseline(): Baseline {
  const root = join(tmpdir(), `everbearer-baseline-${COMMIT.slice(0, 7)}`);
  const ready = join(root, 'node_modules', '.baseline-ready');
  if (!existsSync(ready)) make(root, ready);
  const require = createRequire(join(root, 'bench', 'main.ts'));
  return { root, commit: COMMIT.slice(0, 7), resolve: (name) => pathToFileURL(require.resolve(name)).href };
}

function make(root: string, ready: string): void {
  console.log(`bench: making the build of ${COMMIT.slice(0, 7)} in ${root}, once`);
  rmSync(root, { recursive: true, force: true });
  run('git', ['worktree', 'prune'], here);
  run('git', ['worktree', 'add', '--detach', root, COMMIT], here);
  const pnpm = join(here, 'node_modules', '.bin', 'pnpm');
  run(pnpm, ['install', '--frozen-lockfile', '--prefer-offline'], root);
  for (const name of BUILT) run(pnpm, ['--filter', `./packages/${name}`, 'run', 'build'], root);
  mkdirSync(dirname(ready), { recursive: true });
  writeFileSync(ready, `${COMMIT}\n`);
}

function run(command: string, args: readonly string[], cwd: string): void {
  try {
    execFileSync(command, args, {
      cwd,
      stdio: 'pipe',
      encoding: 'utf8',
      env: { ...process.env, CI: 'true' },
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`\`${command} ${args.join(' ')}\` failed in ${cwd}:\n${stdout}${stderr}`, {
      cause: error,
    });
  }
}
