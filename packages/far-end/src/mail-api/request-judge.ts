import type { IncomingMessage } from 'node:http';
import type { Verdict } from '@everbearer/testing/authorization-server';
import type { BadVerdict } from './graph-challenge.ts';
import type { MailApiCounts } from './mail-api-counts.ts';
import type { Story } from './story.ts';

/** A request, judged when its head arrived. */
export interface Judgement {
  verdict: Verdict | { kind: 'bare' };
  /** Its token was rejected before. */
  again: boolean;
  /** To be called when a 401 for it leaves. */
  rejected(): void;
}

export interface RequestJudgeOptions {
  validate(token: string): Verdict;
  counts: MailApiCounts;
  timeline: Story;
  /** A 401 that left less than this long ago may not have been read when the next request was sent. */
  settleMs: number;
}

interface Seen {
  ended: boolean;
  lacking: boolean;
  /** When the first 401 left, by the client that got it: no other can know of it. */
  rejectedAt: Map<string, number>;
}

/** Judges each request by its bearer token, and counts; `MailApiCounts` defines what. */
export function createRequestJudge(options: RequestJudgeOptions): (request: IncomingMessage) => Judgement {
  const { counts, timeline, settleMs } = options;
  const tokens = new Map<string, Seen>();
  return (request) => {
    const token = bearerToken(request.headers.authorization);
    if (token === undefined) {
      counts.bare += 1;
      return { verdict: { kind: 'bare' }, again: false, rejected: () => undefined };
    }
    const verdict = options.validate(token);
    const known = tokens.get(token);
    const seen = known ?? { ended: false, lacking: false, rejectedAt: new Map() };
    const client = request.headers['user-agent'] ?? '';
    const rejectedAt = seen.rejectedAt.get(client);
    tokens.set(token, seen);
    const again = rejectedAt !== undefined && performance.now() - rejectedAt >= settleMs;
    const late = verdict.kind === 'expired' && !verdict.early;
    if (again) counts.rejectedAgain += 1;
    if (again || late) counts.stale += 1;
    if (!known && verdict.kind === 'valid') timeline.add({ type: 'token_first_used', token: verdict.token });
    countVerdict(counts, verdict, seen);
    return {
      verdict,
      again,
      rejected() {
        if (rejectedAt === undefined) seen.rejectedAt.set(client, performance.now());
        if (verdict.kind !== 'unknown')
          counts.rejections[verdict.token] = (counts.rejections[verdict.token] ?? 0) + 1;
      },
    };
  };
}

function countVerdict(counts: MailApiCounts, verdict: Verdict, seen: Seen): void {
  switch (verdict.kind) {
    case 'unknown':
      counts.unknown += 1;
      return;
    case 'insufficient_claims':
      counts.insufficientClaims += 1;
      if (!seen.lacking) counts.claimsFirst += 1;
      seen.lacking = true;
      return;
    case 'expired':
    case 'revoked':
      if (verdict.kind === 'expired' && !verdict.early) {
        counts.expired += 1;
        return;
      }
      counts.revoked += 1;
      if (!seen.ended) counts.revokedFirst += 1;
      seen.ended = true;
  }
}

/** The token of an Authorization header; undefined where the header holds no bearer token. */
function bearerToken(header: string | undefined): string | undefined {
  const token = /^bearer[ \t]+(\S.*)$/i.exec(header ?? '')?.[1]?.trim();
  return !token || token === 'undefined' || token === 'null' ? undefined : token;
}

/** Whether a judgement ends in a 401. */
export function isBad(verdict: Judgement['verdict']): verdict is BadVerdict {
  return verdict.kind !== 'valid';
}
