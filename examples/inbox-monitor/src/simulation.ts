import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AuthEvent } from '@everbearer/core';
import { type FarEnd, startFarEnd } from '@everbearer/far-end';
import { type Figures, figuresOf } from './figures.ts';
import type { MailboxConfig } from './mailbox.ts';
import { type Monitor, startMonitor } from './monitor.ts';
import type { FromMonitor } from './monitor-messages.ts';
import type { Story } from './story.ts';
import type { Trace } from './trace.ts';
import { traceEvent } from './trace-process.ts';

const TOKEN_LIFE_MS = 3_000;
const POLL_MS = 60;

/** The whole story: a far end that makes trouble, monitors that must not notice, and a supervisor that counts. */
export async function simulate(story: Story, trace?: Trace | undefined): Promise<Figures> {
  const acts = trace ? tracedActs(story, trace) : story;
  const directory = mkdtempSync(join(tmpdir(), 'inbox-monitor-'));
  const clear = () => rmSync(directory, { recursive: true, force: true });
  // Also where somebody ends it in the middle.
  process.once('exit', clear);
  const farEnd = await startFarEnd({
    authorizationServer: { accessTokenLifeMs: TOKEN_LIFE_MS, latencyMs: 40 },
    mailApi: { messages: 640 },
  });
  const running = new Set<Monitor>();
  try {
    return await perform(acts, farEnd, directory, running, trace);
  } finally {
    await Promise.all([...running].map((monitor) => monitor.kill().catch(() => undefined)));
    await farEnd.stop();
    process.off('exit', clear);
    clear();
  }
}

/** Each act is a chapter of the page. */
function tracedActs(story: Story, trace: Trace): Story {
  return {
    ...story,
    act(text) {
      story.act(text);
      trace.note(text);
    },
  };
}

async function perform(
  story: Story,
  farEnd: FarEnd,
  directory: string,
  running: Set<Monitor>,
  trace: Trace | undefined,
): Promise<Figures> {
  const { control, tenantId, clientId, tokenEndpoint } = farEnd;
  const supervised = { failed: 0, restarts: 0, longestWaitMs: 0, expectedSignIns: 0 };
  const config = {
    tenantId,
    clientId,
    apiUrl: `${farEnd.apiUrl}/v1.0`,
    endpoints: { token: tokenEndpoint, deviceCode: tokenEndpoint.replace(/token$/, 'devicecode') },
    recheckMs: 500,
    pollMs: POLL_MS,
    ...(trace && { traceKey: trace.key }),
  } satisfies Partial<MailboxConfig> & { pollMs: number; traceKey?: string };

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

  story.act('A monitor starts, and a person signs in by device code');
  supervised.expectedSignIns++;
  let first = start('A');
  await first.ready;
  await first.polled(3);

  story.act(`Tokens live ${TOKEN_LIFE_MS / 1000} s: time goes by`);
  await pause(1.2 * TOKEN_LIFE_MS);

  story.act('The far end revokes the access token early');
  await control.revokeAccessTokens();
  await first.polled(4);

  story.act('The far end asks for claims (continuous access evaluation)');
  await control.requireClaims();
  await first.polled(4);
  await control.liftClaims();

  story.act('The token endpoint answers 503 with Retry-After, twice, just when the token is revoked');
  const busy = { kind: 'unavailable', status: 503, retryAfterSeconds: 1 } as const;
  await control.script(busy, { ...busy, asDate: true });
  await control.revokeAccessTokens();
  await first.polled(4);

  story.act('SIGKILL in the middle of the work; a restart');
  await end(first, 'kill');
  first = start('A');
  supervised.restarts++;
  await first.ready;
  await first.polled(3);

  story.act('A second monitor starts on the same directory, and the token is revoked under both');
  const second = start('B');
  await second.ready;
  await second.polled(2);
  await control.revokeAccessTokens();
  await Promise.all([first.polled(4), second.polled(4)]);

  story.act('A person signs in again elsewhere, while both run');
  supervised.expectedSignIns++;
  await signInElsewhere({ ...config, store: { directory } }, heard, trace);
  await pause(1_000);
  await Promise.all([first.polled(3), second.polled(3)]);
  await Promise.all([end(first, 'stop'), end(second, 'stop')]);

  story.act('The same monitor on tokens in a database of its own');
  supervised.expectedSignIns++;
  const third = start('C', { database: join(directory, 'users.sqlite') });
  await third.ready;
  await control.revokeAccessTokens();
  await third.polled(4);
  await end(third, 'stop');

  return figuresOf(await control.counts(), supervised);
}

/** Another program on the same store: it signs out and in again, as a person at a console would. */
async function signInElsewhere(
  { traceKey: _key, pollMs: _pollMs, ...config }: MailboxConfig & { pollMs: number; traceKey?: string },
  heard: (name: string, message: FromMonitor) => void,
  trace: Trace | undefined,
): Promise<void> {
  const { openMailbox } = await import('./mailbox.ts');
  const event = (type: AuthEvent['type']) =>
    heard('elsewhere', { type: 'event', event: type, reason: undefined, ms: undefined, code: undefined });
  trace?.started('a console elsewhere', process.pid);
  const elsewhere = openMailbox(config, {
    onEvent: (told) => {
      event(told.type);
      if (trace) traceEvent(told, elsewhere.tokens, { key: trace.key, tell: trace.add });
    },
    onCode: ({ userCode }) => heard('elsewhere', { type: 'code', userCode }),
  });
  await elsewhere.signIn({ again: true });
  await elsewhere.tokens.close();
  trace?.ended(process.pid, { code: 0, signal: null });
}
