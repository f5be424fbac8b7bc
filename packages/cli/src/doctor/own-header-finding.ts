import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { quoted } from '../print/status-words.ts';
import { amiss, type Finding, sound } from './finding.ts';

const NAME = 'own header';
const SOURCE = /\.[cm]?[jt]sx?$/;
const LEFT_OUT = /^(\..*|node_modules|dist|build|coverage|tests?|__tests__)$/;
/** `Authorization: \`Bearer ${token}\``, `headers.set('authorization', 'Bearer ' + token)` and their kin. */
const OWN_HEADER =
  /(?:\bauthorization["'`]?\s*\]?\s*[:=]|\(\s*["'`]authorization["'`]\s*,)\s*[^,;\n]*\bBearer\b/i;
/** Behind a line that is meant so. */
const MEANT = /\/\/ not everbearer\b/;
const MOST_FILES = 2_000;
const MOST_FOLDERS = 2_000;
const MOST_BYTES = 512 * 1024;
const MOST_TOLD = 5;

/**
 * Where a program that uses us sets `Authorization` itself: such a request is sent as it is, and nothing is renewed when it
 * gets a 401. No finding where no such program is in the folder.
 */
export function ownHeaderFinding(directory: string): Finding[] {
  const root = programAbove(directory);
  if (root === undefined) return [];
  const places = sourcesIn(root).flatMap((file) =>
    linesOf(file).map((line) => ({ file: relative(root, file), line })),
  );
  if (places.length === 0) return [sound(NAME, 'No source file sets an Authorization of its own.')];
  return places.slice(0, MOST_TOLD).map(({ file, line }) => {
    const detail = `${file}:${line} sets \`Authorization: Bearer\` itself. A request that bears one of its own is sent as it is: its token is not renewed, and a 401 is not mended.`;
    const shows = `sed -n ${line}p ${quoted(join(root, file))}`;
    return amiss(
      NAME,
      detail,
      `${shows}   # take it out; or, where it goes to another API, end that line with: // not everbearer`,
    );
  });
}

/** The folder of the nearest package.json, where that depends on us. */
function programAbove(directory: string): string | undefined {
  const path = join(directory, 'package.json');
  if (!existsSync(path))
    return directory === dirname(directory) ? undefined : programAbove(dirname(directory));
  try {
    const { dependencies } = JSON.parse(readFileSync(path, 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    return Object.keys(dependencies ?? {}).some((name) => /^(@everbearer\/|everbearer$)/.test(name))
      ? directory
      : undefined;
  } catch {
    return undefined;
  }
}

/** Its own source files, no more than can be read at a glance. */
function sourcesIn(root: string): string[] {
  const files: string[] = [];
  const folders = [root];
  for (let at = 0; at < Math.min(folders.length, MOST_FOLDERS) && files.length < MOST_FILES; at++) {
    const folder = folders[at] as string;
    for (const entry of entriesOf(folder)) {
      if (LEFT_OUT.test(entry.name)) continue;
      if (entry.isDirectory()) folders.push(join(folder, entry.name));
      else if (entry.isFile() && SOURCE.test(entry.name)) files.push(join(folder, entry.name));
    }
  }
  return files.slice(0, MOST_FILES);
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((one, two) => one.name.localeCompare(two.name));
  } catch {
    return [];
  }
}

/** The numbers of the lines that set one. */
function linesOf(file: string): number[] {
  try {
    if (statSync(file).size > MOST_BYTES) return [];
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.flatMap((text, index) => (OWN_HEADER.test(text) && !MEANT.test(text) ? [index + 1] : []));
  } catch {
    return [];
  }
}
