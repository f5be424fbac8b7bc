import { styleText } from 'node:util';
import type { WorkerRow } from './worker.ts';

const COLUMNS: readonly { title: string; of: keyof WorkerRow }[] = [
  { title: 'worker', of: 'name' },
  { title: 'pid', of: 'pid' },
  { title: 'restarts', of: 'restarts' },
  { title: 'calls', of: 'calls' },
  { title: 'failed', of: 'failed' },
  { title: 'renewed', of: 'renewed' },
  { title: 'adopted', of: 'adopted' },
  { title: 'waited', of: 'waited' },
  { title: 'took over', of: 'tookOver' },
  { title: 'put back', of: 'repaired' },
];
const WIDTH = 10;

/** One line a worker, under what happens at the moment. */
export function tableOf(happening: string, rows: readonly WorkerRow[]): string[] {
  const head = COLUMNS.map(({ title }) => title.padStart(WIDTH)).join('');
  const lines = rows.map((row) => COLUMNS.map(({ of }) => String(row[of]).padStart(WIDTH)).join(''));
  return ['', `  ${happening}`, '', head, ...lines, ''];
}

export interface Display {
  /** What happens from now on. */
  show(happening: string): void;
  /** Draws the last one, for good. */
  end(): void;
}

/** On a terminal the table is drawn again in place, several times a second; elsewhere once for each happening. */
export function createDisplay(
  rows: () => readonly WorkerRow[],
  out: { write(text: string): unknown; isTTY?: boolean },
): Display {
  let happening = '';
  let drawn = 0;
  const draw = () => {
    const lines = tableOf(out.isTTY ? styleText('bold', happening) : happening, rows());
    const back = out.isTTY && drawn > 0 ? `\x1b[${drawn}A\x1b[J` : '';
    drawn = lines.length;
    out.write(`${back}${lines.join('\n')}\n`);
  };
  const timer = out.isTTY ? setInterval(draw, 150) : undefined;
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
