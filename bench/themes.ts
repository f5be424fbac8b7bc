import { type ChildProcess, fork } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mostSeconds, type Row, type Theme } from './row.ts';

/** One of the files in rows/. */
export interface ThemeFile extends Omit<Theme, 'measure'> {
  /** Without its ending. */
  name: string;
}

/** Those whose name holds every one of these words, in the order of the table. */
export async function themesNamed(words: readonly string[]): Promise<ThemeFile[]> {
  const names = readdirSync(new URL('rows/', import.meta.url))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -'.ts'.length))
    .filter((name) => words.every((word) => name.includes(word)));
  const themes = await Promise.all(
    names.map(async (name) => {
      const { theme } = (await import(`./rows/${name}.ts`)) as { theme: Theme };
      return { ...theme, name };
    }),
  );
  return themes.toSorted((a, b) => a.order - b.order);
}

let underWay: ChildProcess | undefined;

/** Ends what is being measured, with every process that it has started. */
export function endMeasuring(): void {
  if (underWay?.pid === undefined) return;
  try {
    process.kill(-underWay.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
  underWay = undefined;
}

/**
 * Measures a theme in a process of its own: no theme pays for what another one has left in memory, and one that hangs is ended.
 * @throws when it fails, hangs, or brings a row without a figure
 */
export async function measureTheme(theme: ThemeFile): Promise<Row[]> {
  const script = fileURLToPath(new URL('measure-theme.ts', import.meta.url));
  const child = fork(script, [`${theme.name}.ts`], { detached: true });
  underWay = child;
  let rows: Row[] | undefined;
  let isOverdue = false;
  child.on('message', (message) => {
    rows = message as Row[];
  });
  const overdue = setTimeout(() => {
    isOverdue = true;
    endMeasuring();
  }, mostSeconds(theme) * 1_000);
  const code = await new Promise((resolve) => child.on('exit', resolve));
  clearTimeout(overdue);
  endMeasuring();
  if (isOverdue) throw new Error(`It has not ended after ${mostSeconds(theme)} s, and was ended.`);
  if (!rows) throw new Error(`Its process ended with ${code} and no figures; what it said stands above.`);
  for (const row of rows) needFigures(row);
  return rows;
}

/** What was not measured has no verdict. */
function needFigures({ what, floor = '', ours }: Row): void {
  if (/NaN|Infinity|undefined|∞/.test(`${floor} ${ours}`))
    throw new Error(`"${what}" has no figure: ${floor} | ${ours}`);
}
