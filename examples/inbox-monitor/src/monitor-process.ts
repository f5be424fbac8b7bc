import { setTimeout as pause } from 'node:timers/promises';
import type { AuthEvent } from '@everbearer/core';
import type { TraceRecord } from 'everbearer/timeline';
import type { KyInstance } from 'ky';
import { countInbox } from './count-inbox.ts';
import { type MailboxConfig, openMailbox } from './mailbox.ts';
import type { FromMonitor, ToMonitor } from './monitor-messages.ts';
import { traceEvent, traceRequests } from './trace-process.ts';

/* One monitor in a process of its own: signs in if it must, then counts the inbox again and again until told to stop. */

const config = JSON.parse(process.env['MONITOR'] ?? '{}') as MailboxConfig & {
  pollMs: number;
  /** Key of the fingerprints; left out: nothing is traced. */
  traceKey?: string;
};
const tell = (message: FromMonitor) => void process.send?.(message);

const tracing =
  config.traceKey === undefined
    ? undefined
    : {
        key: config.traceKey,
        loginOrigin: new URL(config.endpoints?.token ?? 'https://login.microsoftonline.com').origin,
        tell: (record: TraceRecord) => tell({ type: 'trace', record }),
      };
if (tracing) traceRequests(tracing);

const started = new Map<string, string>();

/** What an event says to a person; the errors in it stay here. */
function tellEvent(event: AuthEvent): void {
  if (event.type === 'renewal_started') started.set(event.renewalId, event.reason);
  const reason =
    'renewalId' in event ? started.get(event.renewalId) : 'reason' in event ? event.reason : undefined;
  const ms = 'durationMs' in event ? event.durationMs : 'waitedMs' in event ? event.waitedMs : undefined;
  const code = 'error' in event ? event.error?.code : undefined;
  tell({ type: 'event', event: event.type, reason, ms, code });
  if (tracing) traceEvent(event, mailbox.tokens, tracing);
}

/** Times each request as its caller sees it: waits for tokens, renewals and replays included. */
const timed = (graph: KyInstance): KyInstance => {
  const get: KyInstance['get'] = (url, options) => {
    const begunAt = performance.now();
    const response = graph.get(url, options);
    void response
      .finally(() => tell({ type: 'request', ms: performance.now() - begunAt }))
      .catch(() => undefined);
    return response;
  };
  return Object.assign(Object.create(graph), { get });
};

const { pollMs, traceKey: _, ...mailboxConfig } = config;
const mailbox = openMailbox(
  { ...mailboxConfig, userAgent: `inbox-monitor ${process.pid}` },
  {
    onEvent: tellEvent,
    onCode: ({ userCode }) => tell({ type: 'code', userCode }),
  },
);

let stopping = false;
process.on('message', (message: ToMonitor) => {
  if (message === 'stop') stopping = true;
});
// Where nobody has told it to stop, its supervisor is gone.
process.on('disconnect', () => process.exit(stopping ? 0 : 1));

const graph = timed(mailbox.graph);
await mailbox.signIn();
tell({ type: 'ready' });
while (!stopping) {
  try {
    tell({ type: 'polled', ...(await countInbox(graph)) });
  } catch (error) {
    tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    await pause(500);
  }
  await pause(pollMs);
}
await mailbox.tokens.close();
process.disconnect();
