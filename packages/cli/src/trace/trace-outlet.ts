import { closeSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TraceRecord } from '../timeline/trace-record.ts';
import type { World } from '../world/world.ts';
import { openForWriting } from './open-for-writing.ts';
import { recordLine } from './record-line.ts';

/** Where the lines of a trace are shown. */
export interface TraceOutlet extends Disposable {
  show(record: TraceRecord, line: string): void;
}

/**
 * A file takes JSON lines; without one, standard error takes lines for a person, or JSON lines where these are asked for.
 * @throws {ConfigurationError} when the file cannot be written
 */
export function traceOutlet(
  { output, json }: { output: string | undefined; json: boolean | undefined },
  world: World,
): TraceOutlet {
  if (output !== undefined) return fileOutlet(resolve(world.directory, output));
  return {
    show(record, line) {
      const words = json ? line : recordLine(record);
      if (words) world.notes.write(`${words}\n`);
    },
    [Symbol.dispose]() {},
  };
}

function fileOutlet(path: string): TraceOutlet {
  const file = openForWriting(path, '--output');
  return {
    show(_, line) {
      try {
        writeSync(file, `${line}\n`);
      } catch {
        // A disk that is full ends no program. The lines are kept elsewhere as well.
      }
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}
