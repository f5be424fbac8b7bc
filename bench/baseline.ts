import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The state of the project that figures are compared with: before what is not used yet was left unmade. */
const COMMIT = '46662dd';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Not below `node_modules`, where Node takes no types out of a file. */
const folder = join(homedir(), '.cache', 'everbearer', COMMIT);
const PACKAGES = ['core', 'backends', 'providers', 'ky-plugin'];

/** The project as it was, built, beside which today's is measured. */
export interface Baseline {
  /** The folder of the checkout. */
  readonly folder: string;
  /**
   * Loads one of its files.
   * @param file - below `packages`: `core/src/index.ts` as it was written, `core/dist/index.js` as it was built
   */
  load<Module>(file: string): Promise<Module>;
}

/** Made at the first call, which takes a minute, and kept in `~/.cache/everbearer` for every checkout. */
export function baseline(): Baseline {
  if (!existsSync(`${folder}/built`)) build();
  return {
    folder,
    load: async (file) => import(pathToFileURL(`${folder}/packages/${file}`).href),
  };
}

function build(): void {
  console.error(`bench: the project as it was at ${COMMIT} is checked out and built, once.`);
  rmSync(folder, { recursive: true, force: true });
  run(root, 'git', 'worktree', 'prune');
  run(root, 'git', 'worktree', 'add', '--force', '--detach', folder, COMMIT);
  run(folder, process.execPath, 'scripts/setup.mjs', '--for', 'start');
  for (const name of PACKAGES) run(folder, 'pnpm', '--filter', `./packages/${name}`, 'run', 'build');
  writeFileSync(`${folder}/built`, '');
}

/** Says what it does on standard error: standard output belongs to the figures. */
function run(cwd: string, command: string, ...args: string[]): void {
  execFileSync(command, args, { cwd, stdio: ['ignore', 2, 2] });
}
