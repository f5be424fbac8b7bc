import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import type { Row, Theme } from './row.ts';

/*
 * The figures that we promise, measured: `npm run bench`, which writes docs/performance.md. With a word, only the files in rows/
 * whose name holds it are run, and their lines alone are replaced. The exit code says whether every goal was met.
 */

const { positionals } = parseArgs({ allowPositionals: true, options: {} });

const PAGE = new URL('../docs/performance.md', import.meta.url);

const files = readdirSync(new URL('rows/', import.meta.url))
  .filter((name) => name.endsWith('.ts') && positionals.every((word) => name.includes(word)))
  .sort();
const themes = await Promise.all(
  files.map(async (name) => ((await import(`./rows/${name}`)) as { theme: Theme }).theme),
);

const rows: Row[] = [];
for (const theme of themes.toSorted((a, b) => a.order - b.order)) {
  for (const row of await theme.measure()) {
    rows.push(row);
    console.log(
      `${row.met ? 'met   ' : 'MISSED'}  ${row.what}: ${row.ours}  (floor ${row.floor ?? '–'}; goal: ${row.goal})`,
    );
  }
}
writeFileSync(PAGE, page(rows));
process.exitCode = rows.every(({ met }) => met) ? 0 : 1;

function page(measured: readonly Row[]): string {
  const lines = measured.map(({ what, floor = '–', ours, goal, met }) => [
    what,
    floor,
    ours,
    goal,
    met ? 'yes' : '**no**',
    new Date().toISOString().slice(0, 10),
  ]);
  const head = ['what', 'floor', 'Everbearer', 'goal', 'met', 'measured'];
  const measuredNow = new Set(lines.map(([what]) => what));
  const kept = positionals.length === 0 ? [] : linesOf(PAGE).filter(([what]) => !measuredNow.has(what));
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `# Performance

\`npm run bench\` measures what stands here and writes this page; \`npm run bench -- storms\` runs the files in \`bench/rows\` of that name and replaces their lines. Each
figure is measured in turn with its floor in one run: machines differ, ratios less so. The floor is the same call through fetch with a fixed header, where
nothing else is named; "before" is the build of 2026-11-26. Times are of the processor, where nothing else is said. The servers are those of
\`@everbearer/testing\`, on loopback, in a process of their own. What missed its goal is printed as missed.

${table([head, ...kept, ...lines])}

Node ${process.versions.node}, ${process.platform}, ${cpus().length} processors (${cpus()[0]?.model}), ${gigabytes} GB.

${readFileSync(new URL('notes.md', import.meta.url), 'utf8')}`;
}

/** The lines that an earlier run has written. */
function linesOf(url: URL): string[][] {
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
function table(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((cells) => (cells[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = lines;
  return [head, widths.map((width) => '-'.repeat(width)), ...body].map(line).join('\n');
}
