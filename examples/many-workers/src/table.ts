import { styleText } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import type { WorkerRow } from './worker.ts';

/** What is told of each worker, and what the words mean. */
const ROWS: readonly { title: string; of: keyof WorkerRow; means: string }[] = [
  { title: 'process', of: 'pid', means: '' },
  { title: 'killed', of: 'restarts', means: 'with SIGKILL, and started again' },
  { title: 'calls', of: 'calls', means: 'looks into an inbox, all answered' },
  { title: 'failed', of: 'failed', means: 'calls that were not' },
  { title: 'renewed', of: 'renewed', means: 'got a new token from the server' },
  { title: 'adopted', of: 'adopted', means: "took another worker's from Redis" },
  { title: 'waited', of: 'waited', means: "for another worker's renewal" },
  { title: 'took over', of: 'tookOver', means: 'a renewal whose worker was killed' },
  { title: 'put back', of: 'repaired', means: 'into Redis, which had lost it' },
];
const TITLE_WIDTH = 11;
const LEAST_MEANING = 20;
const NARROWEST = 24;

/** One column a worker, under what happens at the moment. No line is longer than the width. */
export function tableOf(happening: string, workers: readonly WorkerRow[], width: number): string[] {
  const room = Math.max(NARROWEST, width);
  const widthOf = (rows: typeof ROWS) =>
    2 + Math.max(3, ...workers.flatMap((row) => rows.map(({ of }) => String(row[of]).length)));
  // Numbers of processes may have seven digits.
  const fitsAll = TITLE_WIDTH + workers.length * widthOf(ROWS) <= room;
  const rows = fitsAll ? ROWS : ROWS.filter(({ of }) => of !== 'pid');
  const column = widthOf(rows);
  const rest = room - TITLE_WIDTH - workers.length * column - 2;
  const lines = rows.map(({ title, of, means }) => {
    const figures = workers.map((row) => String(row[of]).padStart(column)).join('');
    const meaning = rest >= LEAST_MEANING && means ? `  ${cut(means, rest)}` : '';
    return ` ${title.padEnd(TITLE_WIDTH - 1)}${figures}${meaning}`;
  });
  const head = ' '.repeat(TITLE_WIDTH) + workers.map(({ name }) => name.padStart(column)).join('');
  return [
    '',
    ...wrapAnsi(happening, Math.max(1, room - 1))
      .split('\n')
      .map((line) => ` ${line}`),
    '',
    head,
    ...lines,
    '',
  ].map((line) => cut(line, width));
}

/** At most so many signs: a line that wraps cannot be drawn over. */
function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text;
}

export interface Display {
  /** What happens from now on. */
  show(happening: string): void;
  /** Draws the last one, for good. */
  end(): void;
}

/** Where the table is drawn. */
export interface Screen {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  rows?: number | undefined;
}

const TO_START_OF = (lines: number) => `\r\x1b[${lines}A\x1b[J`;

/**
 * On a terminal the table is drawn again in place, several times a second, as long as it fits in; elsewhere once for each
 * happening.
 */
export function createDisplay(workers: () => readonly WorkerRow[], out: Screen): Display {
  let happening = '';
  let before: readonly string[] = [];
  const draw = () => {
    // The last column stays free: a terminal would go on in the next line by itself.
    const lines = tableOf(happening, workers(), (out.columns || 80) - 1);
    const text = lines.map((line, index) => (out.isTTY && index === 1 ? styleText('bold', line) : line));
    out.write(`${back(before, out)}${text.join('\n')}\n`);
    before = lines;
  };
  const timer = out.isTTY ? setInterval(() => fits(before, out) && draw(), 150) : undefined;
  return {
    show(next) {
      if (!out.isTTY && happening) draw();
      happening = next;
      if (out.isTTY) draw();
    },
    end() {
      clearInterval(timer);
      draw();
    },
  };
}

/** Over the table that stands there: as many lines as it takes by now, since the window may have become narrower. */
function back(before: readonly string[], out: Screen): string {
  if (!out.isTTY || before.length === 0 || !fits(before, out)) return '';
  return TO_START_OF(height(before, out));
}

function fits(lines: readonly string[], out: Screen): boolean {
  return height(lines, out) < (out.rows || 24);
}

function height(lines: readonly string[], { columns }: Screen): number {
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / (columns || 80))), 0);
}
