import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const FLAGS = ['--expose-gc', '--conditions=everbearer-source', '--disable-warning=ExperimentalWarning'];

/**
 * What a file beside this one measures in a process of its own: the JSON that it prints.
 * @param flags - of Node
 */
export async function measuredApart<Figures>(
  file: string,
  words: readonly string[] = [],
  flags: readonly string[] = FLAGS,
): Promise<Figures> {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, ...words]);
  return JSON.parse(stdout) as Figures;
}
