import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdict } from '@everbearer/testing/authorization-server';
import { createTimeline } from '@everbearer/testing/authorization-server';
import { listenOnLoopback, type Reply, send } from '@everbearer/testing/loopback-server';
import { type ChallengeForm, challengeReply, graphError } from './mail-api/graph-challenge.ts';
import { createMailApiCounts, type MailApiCounts } from './mail-api/mail-api-counts.ts';
import { answerMailRequest, type MailRequest, receiveBody } from './mail-api/mail-routes.ts';
import { createMailbox, type MailboxOptions } from './mail-api/mailbox.ts';
import { createRequestJudge, isBad, type Judgement } from './mail-api/request-judge.ts';
import type { Story } from './mail-api/story.ts';

export type { TestAccount, Verdict } from '@everbearer/testing/authorization-server';
export type { ChallengeForm } from './mail-api/graph-challenge.ts';
export type { MailApiCounts } from './mail-api/mail-api-counts.ts';
export type { MailboxOptions, MailMessage } from './mail-api/mailbox.ts';
export type { MailEvent, Story, StoryEntry } from './mail-api/story.ts';

export interface MailApiSettings {
  /** How long each reply takes at least. Default 0. */
  latencyMs: number;
  /** How the 401s are written. Default `graph`. */
  challengeForm: ChallengeForm;
  /**
   * A token answered 401 counts as rejected again only when the 401 left longer ago than this: calls that were
   * on their way at that moment could not know. Default 0, the strictest.
   */
  settleMs: number;
}

/** Who says which tokens are good. */
export type TokenJudge =
  | { authorizationServer: { judge(token: string): Verdict; timeline: Story } }
  | { validate(token: string): Verdict };

export type MailApiOptions = TokenJudge &
  Partial<MailApiSettings> &
  MailboxOptions & {
    /** Default 0: any free port. */
    port?: number;
    /** Default: the authorization server's, so that one story is told. */
    timeline?: Story;
  };

/** The reply that one request with a good token gets instead of the ordinary one; a 401 counts as a rejection. */
export interface ScriptedApiReply {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  /** Only for paths that begin so. */
  path?: string;
  /** How many requests get it. Default 1; `0`: all, until the script is cleared. */
  times?: number;
}

/** A mail API in the shape of Microsoft Graph that counts what clients do with their tokens. */
export interface MailApi extends AsyncDisposable {
  readonly url: string;
  /** A copy of the counts as they stand. */
  readonly counts: MailApiCounts;
  readonly timeline: Story;
  script(...replies: ScriptedApiReply[]): void;
  clearScript(): void;
  configure(changes: Partial<Omit<MailApiSettings, 'settleMs'>>): void;
  close(): Promise<void>;
}

export async function createMailApi(options: MailApiOptions): Promise<MailApi> {
  const server = 'authorizationServer' in options ? options.authorizationServer : undefined;
  const timeline: Story = options.timeline ?? server?.timeline ?? createTimeline();
  const counts = createMailApiCounts();
  const settings = { latencyMs: options.latencyMs ?? 0, challengeForm: options.challengeForm ?? 'graph' };
  const scripts = createApiScript();
  const judge = createRequestJudge({
    validate: 'validate' in options ? options.validate : options.authorizationServer.judge,
    counts,
    timeline,
    settleMs: options.settleMs ?? 0,
  });
  const mailbox = createMailbox(options);
  const onSent = () => {
    counts.sent += 1;
  };
  const ordinary = (input: MailRequest) => answerMailRequest(mailbox, onSent, input);
  const handler = mailHandler({ counts, timeline, settings, scripts, judge, ordinary });
  const listening = await listenOnLoopback(handler, options.port);
  return {
    url: listening.url,
    get counts() {
      return structuredClone(counts);
    },
    timeline,
    script: scripts.add,
    clearScript: scripts.clear,
    configure: (changes) => void Object.assign(settings, changes),
    close: listening.close,
    [Symbol.asyncDispose]: listening.close,
  };
}

interface MailHandlerParts {
  counts: MailApiCounts;
  timeline: Story;
  settings: Omit<MailApiSettings, 'settleMs'>;
  scripts: ApiScript;
  judge(request: IncomingMessage): Judgement;
  ordinary(input: MailRequest): Reply;
}

/** One request: judged when its head arrives, its body read to the end, then answered. */
function mailHandler(parts: MailHandlerParts) {
  const { counts, timeline, settings } = parts;
  let inHand = 0;
  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    counts.requests += 1;
    inHand += 1;
    counts.concurrentMax = Math.max(counts.concurrentMax, inHand);
    response.once('close', () => {
      inHand -= 1;
    });
    const judgement = parts.judge(request);
    const { verdict, again } = judgement;
    const scripted = isBad(verdict) ? undefined : parts.scripts.take(url.pathname);
    if (scripted) counts.scripted += 1;
    else if (!isBad(verdict)) counts.ok += 1;
    const body = await receiveBody(request);
    if (settings.latencyMs > 0) await sleep(settings.latencyMs);
    const path = url.pathname;
    const why = scripted ? 'scripted' : verdict.kind;
    const reply = isBad(verdict)
      ? challengeReply(verdict, settings.challengeForm)
      : scripted
        ? scriptedReply(scripted)
        : parts.ordinary({ ...about(request), url, account: verdict.account, body });
    if (reply.status === 401) {
      const token = 'token' in verdict ? { token: verdict.token } : {};
      timeline.add({ type: 'request_rejected', why, ...token, path, again });
      judgement.rejected();
    } else if (scripted) timeline.add({ type: 'request_trouble', status: reply.status, path });
    send(response, reply);
  };
}

function about({ method = 'GET', headers }: IncomingMessage): Pick<MailRequest, 'method' | 'headers'> {
  return { method, headers };
}

function scriptedReply({ status, headers, body }: ScriptedApiReply): Reply {
  const reply = graphError(status, 'Scripted', 'This answer was scripted.', headers);
  return body === undefined ? reply : { ...reply, body };
}

interface ApiScript {
  add(...replies: ScriptedApiReply[]): void;
  clear(): void;
  take(path: string): ScriptedApiReply | undefined;
}

function createApiScript(): ApiScript {
  let queue: { reply: ScriptedApiReply; left: number }[] = [];
  return {
    add(...replies) {
      queue.push(
        ...replies.map((reply) => ({ reply, left: reply.times === 0 ? Infinity : (reply.times ?? 1) })),
      );
    },
    clear() {
      queue = [];
    },
    take(path) {
      const next = queue.find(({ reply }) => path.startsWith(reply.path ?? '/'));
      if (!next) return undefined;
      next.left -= 1;
      if (next.left === 0) queue.splice(queue.indexOf(next), 1);
      return next.reply;
    },
  };
}
