import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The state of 2026-11-26, beside which today's is measured. */
const COMMIT = '46662dd2672be1d0ad212ce4ebe653f7fde4a6aa';

const here = fileURLToPath(new URL('..', import.meta.url));

/** Tells the processes of a run where it is. */
const PLACE = 'EVERBEARER_BASELINE';

/** An earlier state of this repository. */
export interface Baseline {
  /** The URL of what a package name stands for there; from source or from `dist`, as this process resolves its own. */
  resolve(specifier: string): string;
}

/** @throws when {@link makeBaseline} was not called by the process that has started this one */
export function baseline(): Baseline {
  const root = process.env[PLACE];
  if (root === undefined) throw new Error('There is no baseline: start this with `npm run bench -- NAME`.');
  const require = createRequire(join(root, 'bench', 'main.ts'));
  return { resolve: (name) => pathToFileURL(require.resolve(name)).href };
}

/**
 * Makes the baseline for this process and those that it starts: a git worktree in the folder for temporary files, with its
 * packages installed by its own lockfile. Takes a minute or two.
 * @returns the function that removes it
 * @throws when this is no git checkout that holds the commit, or when installing fails: with what that printed
 */
export function makeBaseline(): () => void {
  const root = mkdtempSync(join(tmpdir(), 'everbearer-baseline-'));
  const remove = () => {
    rmSync(root, { recursive: true, force: true });
    run('git', ['worktree', 'prune'], here);
  };
  try {
    checkHistory();
    run('git', ['worktree', 'add', '--detach', root, COMMIT], here);
    run(
      join(here, 'node_modules', '.bin', 'pnpm'),
      ['install', '--frozen-lockfile', '--prefer-offline'],
      root,
    );
  } catch (error) {
    remove();
    throw error;
  }
  process.env[PLACE] = root;
  return remove;
}

function checkHistory(): void {
  try {
    run('git', ['cat-file', '-e', `${COMMIT}^{commit}`], here);
  } catch (cause) {
    throw new Error(
      `The build to measure beside is commit ${COMMIT.slice(0, 7)}, and this checkout does not hold it. Run: git fetch --unshallow`,
      { cause },
    );
  }
}

/** @throws with what the command printed */
export function run(command: string, args: readonly string[], cwd: string): void {
  const env = { ...process.env, CI: 'true' };
  try {
    execFileSync(command, args, { cwd, stdio: 'pipe', encoding: 'utf8', env });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`\`${command} ${args.join(' ')}\` failed in ${cwd}:\n${stdout}${stderr}`, {
      cause: error,
    });
  }
}
