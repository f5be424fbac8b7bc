import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The tarball of each package that is published, by its name. */
    tarballs: Record<string, string>;
  }
}

const run = promisify(execFile);
const packages = fileURLToPath(new URL('../../../packages/', import.meta.url));

/** Packs, before any test of this project, every package that is published. They have to be built. */
export default async function pack(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'everbearer-interop-'));
  const tarballs: Record<string, string> = {};
  for (const entry of readdirSync(packages)) {
    const from = join(packages, entry);
    const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as Manifest;
    if (manifest.private) continue;
    if (!existsSync(join(from, 'dist')))
      throw new Error(`${manifest.name} is not built. Run \`npm run build\` first.`);
    tarballs[manifest.name] = join(folder, `${entry}.tgz`);
  }
  await Promise.all(
    Object.values(tarballs).map((out) => {
      const entry = out.slice(folder.length + 1, -'.tgz'.length);
      return run('pnpm', ['pack', '--out', out], { cwd: join(packages, entry) });
    }),
  );
  project.provide('tarballs', tarballs);
  return () => rmSync(folder, { recursive: true, force: true });
}

interface Manifest {
  name: string;
  private?: boolean;
}
