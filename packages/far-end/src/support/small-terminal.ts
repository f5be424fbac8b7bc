import { spawn } from 'node:child_process';
import { once } from 'node:events';

const ESCAPE = String.fromCharCode(27);
const SIGNS = new RegExp(`${ESCAPE}\\[[\\d;?]*[A-Za-z]|[\\s\\S]`, 'gu');
const CONTROL = /\[([\d;?]*)([A-Za-z])$/;

/**
 * What stands on a terminal of this width once this was written to it, line by line, with all that was scrolled away. Knows what
 * our programs write: letters, line ends, colours, and going back to write over.
 */
export function screenAfter(written: string, columns: number): string[] {
  const lines: string[][] = [[]];
  let [row, column] = [0, 0];
  const lineAt = (index: number) => {
    while (lines.length <= index) lines.push([]);
    return lines[index] as string[];
  };
  for (const [sign] of written.matchAll(SIGNS)) {
    const [, count = '', control] = sign.length > 1 ? (CONTROL.exec(sign) ?? []) : [];
    if (sign === '\r') column = 0;
    else if (sign === '\n') row++;
    else if (control === 'A') row = Math.max(0, row - Number(count || 1));
    else if (control === 'J') {
      lineAt(row).length = column;
      lines.length = row + 1;
    } else if (control === 'K') lineAt(row).length = count === '2' ? 0 : column;
    else if (control === 'm') continue;
    else if (control) throw new Error(`small terminal: it does not know ${JSON.stringify(sign)}`);
    else {
      // A terminal goes on in the next line once there is something to write there.
      if (column >= columns) [row, column] = [row + 1, 0];
      const line = lineAt(row);
      while (line.length < column) line.push(' ');
      line[column++] = sign;
    }
  }
  return lines.map((line) => line.join(''));
}

export interface OnTerminal {
  /** All that was written to it so far. */
  written(): string;
  /** Presses Ctrl-C. */
  interrupt(): void;
  /** How it ended: the exit status. */
  ended: Promise<number | null>;
  kill(): void;
}

/** Runs a command line on a terminal of its own. */
export function onTerminal(
  line: string,
  size: { columns: number; rows: number },
  env: NodeJS.ProcessEnv,
): OnTerminal {
  const command = `stty cols ${size.columns} rows ${size.rows}; exec ${line}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], { env });
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (written += chunk));
  return {
    written: () => written,
    interrupt: () => void child.stdin.write('\u0003'),
    ended: once(child, 'close').then(([status]) => status as number | null),
    kill: () => void child.kill('SIGKILL'),
  };
}
