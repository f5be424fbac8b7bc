import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { type ProcessEnd, startProcess } from '@everbearer/testing/supervise';
import type { MailboxConfig } from './mailbox.ts';
import type { FromMonitor, ToMonitor } from './monitor-messages.ts';

/** A monitor process, as its supervisor sees it. */
export interface Monitor {
  readonly name: string;
  readonly pid: number;
  readonly polls: number;
  /** Resolves when this many further counts of the inbox have come in. */
  polled(times: number): Promise<void>;
  readonly ready: Promise<unknown>;
  /** Ends it in the middle of its work. */
  kill(): Promise<void>;
  /** Resolves with how it ended. */
  ended(): Promise<ProcessEnd>;
  /** Lets it finish what it does. */
  stop(): Promise<void>;
}

/** Starts a monitor; everything it tells goes to `onMessage`. */
export function startMonitor(
  name: string,
  config: MailboxConfig & { pollMs: number; traceKey?: string | undefined },
  onMessage: (name: string, message: FromMonitor) => void,
): Monitor {
  let polls = 0;
  const started = startProcess<FromMonitor, ToMonitor>({
    main: new URL('monitor-process.ts', import.meta.url),
    name: `monitor ${name}`,
    env: { MONITOR: JSON.stringify(config) },
    execArgv: SOURCE_OPTIONS,
    onMessage(message) {
      if (message.type === 'polled') polls++;
      onMessage(name, message);
    },
    farewell: 'stop',
  });
  const ready = started.next((message) => message.type === 'ready', 'become ready');
  ready.catch(() => undefined);
  return {
    name,
    pid: started.pid,
    ready,
    get polls() {
      return polls;
    },
    polled(times) {
      const enough = polls + times;
      return started.until(() => polls >= enough, `counted the inbox ${times} further times`);
    },
    kill: started.kill,
    ended: started.ended,
    stop: started.stop,
  };
}
