import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { basename } from 'node:path';
import { quietly } from './quietly.ts';
import type { Surroundings } from './request-log.ts';

/** What is done at the end. */
interface AtExit {
  /** Writes what is still under way. */
  flush(): void;
  /** Says that nothing more comes. */
  end(): void;
}

/** The life of this process, and of those it starts that are killed, since these cannot tell it themselves. */
export function watchProcess({ write, now, pid }: Surroundings, { flush, end }: AtExit): void {
  write({ at: now(), pid, kind: 'process_started', name: ownName() });
  beforeExit((exitStatus) => {
    flush();
    write({ at: now(), pid, kind: 'process_ended', exitStatus });
    end();
  });
  subscribe(
    'child_process',
    quietly((message) => {
      const { process: child } = message as { process: ChildProcess };
      child.once(
        'exit',
        quietly((_: number | null, signal: NodeJS.Signals | null) => {
          if (!signal || child.pid === undefined) return;
          write({ at: now(), pid: child.pid, kind: 'process_ended', signal });
        }),
      );
    }),
  );
}

/** A thread ends with what it had under way; its process tells the rest. */
export function watchThread({ flush, end }: AtExit): void {
  beforeExit(() => {
    flush();
    end();
  });
}

/** One more listener must not be the one at which Node warns that there are many. */
function beforeExit(work: (exitStatus: number) => void): void {
  process.setMaxListeners(process.getMaxListeners() + 1);
  process.on('exit', quietly(work));
}

function ownName(): string {
  const [, script] = process.argv;
  return script === undefined ? basename(process.execPath) : basename(script);
}
