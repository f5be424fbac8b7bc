import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AuthEvent } from '@everbearer/core';
import { startFarEnd } from '@everbearer/far-end';
import { type Figures, figuresOf } from './figures.ts';
import type { Monitor } from './monitor.ts';
import { createStage, type Stage } from './stage.ts';
import type { Story } from './story.ts';
import type { Trace } from './trace.ts';
import { traceEvent } from './trace-process.ts';

const TOKEN_LIFE_MS = 3_000;

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
  const stage = createStage(acts, farEnd, directory, trace);
  try {
    await perform(stage, trace);
    return figuresOf(await farEnd.control.counts(), stage.supervised);
  } finally {
    await Promise.all([...stage.running].map((monitor) => monitor.kill().catch(() => undefined)));
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

/** Act by act: what the world does, and for how long the monitors must then go on. */
async function perform(stage: Stage, trace: Trace | undefined): Promise<void> {
  const first = await tokensEnd(stage);
  const again = await oneIsKilled(stage, first);
  await twoOnOneDirectory(stage, again, trace);
  await tokensInADatabase(stage);
}

async function tokensEnd({ story, control, supervised, start }: Stage): Promise<Monitor> {
  story.act('A monitor starts, and a person signs in by device code');
  supervised.expectedSignIns++;
  const monitor = start('A');
  await monitor.ready;
  await monitor.polled(3);

  story.act(`Tokens live ${TOKEN_LIFE_MS / 1000} s: time goes by`);
  await pause(1.2 * TOKEN_LIFE_MS);

  story.act('The far end revokes the access token early');
  await control.revokeAccessTokens();
  await monitor.polled(4);

  story.act('The far end asks for claims (continuous access evaluation)');
  await control.requireClaims();
  await monitor.polled(4);
  await control.liftClaims();
  return monitor;
}

async function oneIsKilled({ story, control, supervised, start, end }: Stage, first: Monitor) {
  story.act('The token endpoint answers 503 with Retry-After, twice, just when the token is revoked');
  const busy = { kind: 'unavailable', status: 503, retryAfterSeconds: 1 } as const;
  await control.script(busy, { ...busy, asDate: true });
  await control.revokeAccessTokens();
  await first.polled(4);

  story.act('SIGKILL in the middle of the work; a restart');
  await end(first, 'kill');
  const again = start('A');
  supervised.restarts++;
  await again.ready;
  await again.polled(3);
  return again;
}

async function twoOnOneDirectory(stage: Stage, first: Monitor, trace: Trace | undefined): Promise<void> {
  const { story, control, supervised, start, end } = stage;
  story.act('A second monitor starts on the same directory, and the token is revoked under both');
  const second = start('B');
  await second.ready;
  await second.polled(2);
  await control.revokeAccessTokens();
  await Promise.all([first.polled(4), second.polled(4)]);

  story.act('A person signs in again elsewhere, while both run');
  supervised.expectedSignIns++;
  await signInElsewhere(stage, trace);
  await pause(1_000);
  await Promise.all([first.polled(3), second.polled(3)]);
  await Promise.all([end(first, 'stop'), end(second, 'stop')]);
}

async function tokensInADatabase({ story, control, supervised, directory, start, end }: Stage) {
  story.act('The same monitor on tokens in a database of its own');
  supervised.expectedSignIns++;
  const third = start('C', { database: join(directory, 'users.sqlite') });
  await third.ready;
  await control.revokeAccessTokens();
  await third.polled(4);
  await end(third, 'stop');
}

/** Another program on the same store: it signs out and in again, as a person at a console would. */
async function signInElsewhere({ config, directory, heard }: Stage, trace: Trace | undefined): Promise<void> {
  const { traceKey: _key, pollMs: _pollMs, ...mailbox } = config;
  const { openMailbox } = await import('./mailbox.ts');
  const event = (type: AuthEvent['type']) =>
    heard('elsewhere', { type: 'event', event: type, reason: undefined, ms: undefined, code: undefined });
  trace?.started('a console elsewhere', process.pid);
  const elsewhere = openMailbox(
    { ...mailbox, store: { directory } },
    {
      onEvent: (told) => {
        event(told.type);
        if (trace) traceEvent(told, elsewhere.tokens, { key: trace.key, tell: trace.add });
      },
      onCode: ({ userCode }) => heard('elsewhere', { type: 'code', userCode }),
    },
  );
  await elsewhere.signIn({ again: true });
  await elsewhere.tokens.close();
  trace?.ended(process.pid, { code: 0, signal: null });
}
