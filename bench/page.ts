import { existsSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Row } from './row.ts';

/** The page that the figures are written to. */
export const PAGE: URL = new URL('../docs/performance.md', import.meta.url);

const HEAD = ['what', 'floor', 'Everbearer', 'goal', 'met', 'measured'] as const;

/** The line of a file in rows/ that could not be measured; the next run of it takes the line out. */
export const unmeasured = (name: string): Row => ({
  what: `bench/rows/${name}.ts`,
  ours: 'could not be measured',
  goal: 'measured',
  met: false,
});

/**
 * The page with these rows.
 * @param isWhole - whether nothing else is to stand in it. Else lines of that name are replaced where they stand, and others stay.
 * @param gone - lines that are taken out
 */
export function pageWith(measured: readonly Row[], isWhole: boolean, gone: readonly string[]): string {
  const today = new Date().toISOString().slice(0, 10);
  const lines = measured.map(({ what, floor = '–', ours, goal, met }) => [
    what,
    floor,
    ours,
    goal,
    met ? 'yes' : '**no**',
    today,
  ]);
  const table = tableOf([HEAD, ...(isWhole ? lines : merged(linesOf(PAGE), lines, gone))]);
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `# Performance

\`npm run bench\` measures what stands here and writes this page; \`npm run bench -- storms\` runs the files in \`bench/rows\` of that name and replaces their lines. Each
figure is measured in turn with its floor in one run: machines differ, ratios less so. The floor is the same call through fetch with a fixed header, where
nothing else is named; "before" is the state of 2026-11-26. Times are of the processor, where nothing else is said. The servers are those of
\`@everbearer/testing\`, on loopback, in a process of their own. What missed its goal is printed as missed.

${table}

Node ${process.versions.node}, ${process.platform}, ${cpus().length} processors (${cpus()[0]?.model}), ${gigabytes} GB.

${readFileSync(new URL('notes.md', import.meta.url), 'utf8')}`;
}

type Line = readonly string[];

function merged(before: readonly Line[], lines: readonly Line[], gone: readonly string[]): Line[] {
  const now = new Map(lines.map((line) => [line[0] ?? '', line]));
  const kept = before.filter(([what = '']) => !gone.includes(what));
  const replaced = kept.map((line) => now.get(line[0] ?? '') ?? line);
  const known = new Set(kept.map(([what]) => what));
  return [...replaced, ...lines.filter(([what]) => !known.has(what ?? ''))];
}

/** The lines that an earlier run has written. */
function linesOf(url: URL): Line[] {
  if (!existsSync(url)) return [];
  const lines = readFileSync(url, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '));
  return lines.slice(2).map((line) =>
    line
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.trim()),
  );
}

/** As the formatter wants it. */
function tableOf(lines: readonly Line[]): string {
  const widths = HEAD.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? '').length)));
  const line = (cells: Line) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = lines;
  return [head, widths.map((width) => '-'.repeat(width)), ...body].map(line).join('\n');
}
