import { setTimeout as pause } from 'node:timers/promises';
import type { FarEnd } from '@everbearer/far-end';
import type { Supervised } from './figures.ts';
import type { MailboxConfig } from './mailbox.ts';
import { type Monitor, startMonitor } from './monitor.ts';
import type { FromMonitor } from './monitor-messages.ts';
import type { Story } from './story.ts';
import type { Trace } from './trace.ts';

const POLL_MS = 60;

/** How a monitor reaches the far end, wherever its tokens are kept. */
export type StageConfig = Omit<MailboxConfig, 'store'> & { pollMs: number; traceKey?: string };

/** Where monitors come and go, and a supervisor counts what they meet. */
export interface Stage {
  readonly story: Story;
  readonly control: FarEnd['control'];
  readonly directory: string;
  readonly config: StageConfig;
  readonly supervised: Supervised;
  readonly running: ReadonlySet<Monitor>;
  heard(name: string, message: FromMonitor): void;
  /** @param store - default: the directory that all share */
  start(name: string, store?: NonNullable<MailboxConfig['store']>): Monitor;
  end(monitor: Monitor, how: 'kill' | 'stop'): Promise<void>;
}

export function createStage(
  story: Story,
  farEnd: FarEnd,
  directory: string,
  trace: Trace | undefined,
): Stage {
  const { control } = farEnd;
  const config = configFor(farEnd, trace);
  const supervised = { failed: 0, restarts: 0, longestWaitMs: 0, expectedSignIns: 0 };
  const running = new Set<Monitor>();

  function heard(name: string, message: FromMonitor): void {
    story.monitor(name, message);
    if (message.type === 'trace') trace?.add(message.record);
    if (message.type === 'failed') supervised.failed++;
    if (message.type === 'request') supervised.longestWaitMs = Math.max(supervised.longestWaitMs, message.ms);
    // A person reads the code and approves it in a browser.
    if (message.type === 'code') void pause(300).then(() => control.approve(message.userCode));
  }

  function start(name: string, store: NonNullable<MailboxConfig['store']> = { directory }): Monitor {
    const monitor = startMonitor(name, { ...config, store }, heard);
    running.add(monitor);
    trace?.started(`monitor ${name}`, monitor.pid);
    return monitor;
  }

  async function end(monitor: Monitor, how: 'kill' | 'stop'): Promise<void> {
    await monitor[how]();
    trace?.ended(monitor.pid, await monitor.ended());
    running.delete(monitor);
  }

  return { story, control, directory, config, supervised, running, heard, start, end };
}

function configFor({ tenantId, clientId, apiUrl, tokenEndpoint }: FarEnd, trace: Trace | undefined) {
  return {
    tenantId,
    clientId,
    apiUrl: `${apiUrl}/v1.0`,
    endpoints: { token: tokenEndpoint, deviceCode: tokenEndpoint.replace(/token$/, 'devicecode') },
    recheckMs: 500,
    pollMs: POLL_MS,
    ...(trace && { traceKey: trace.key }),
  } satisfies StageConfig;
}
