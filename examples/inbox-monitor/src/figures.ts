import type { FarEndCounts } from '@everbearer/far-end';
import wrapAnsi from 'wrap-ansi';

/** What the far end and the supervisor counted; nothing here is the monitor's own word but `failed` and the wait. */
export interface Figures {
  /** Requests that reached the mail API. */
  requests: number;
  /** Of these, without a token. */
  bare: number;
  /** Of these, with a token that had expired or had been refused before. */
  stale: number;
  /** Refreshes at the authorization server. */
  renewals: number;
  /** Refresh tokens presented a second time. */
  reuses: number;
  /** Counts of the inbox that failed. */
  failed: number;
  /** Monitors started again after they were killed. */
  restarts: number;
  /** Sign-ins by a person. */
  signIns: number;
  /** The longest that one request took, renewals and replays included. */
  longestWaitMs: number;
  /** Whether every guarantee held and every trouble took place. */
  ok: boolean;
}

export interface Supervised {
  failed: number;
  restarts: number;
  longestWaitMs: number;
  /** How many sign-ins the story has. */
  expectedSignIns: number;
}

export function figuresOf({ authorizationServer, mailApi }: FarEndCounts, supervised: Supervised): Figures {
  const { failed, restarts, longestWaitMs, expectedSignIns } = supervised;
  const { requests, bare, stale, unknown } = mailApi;
  const { refreshes: renewals, reuses, families: signIns } = authorizationServer;
  const guarantees = bare === 0 && stale === 0 && unknown === 0 && reuses === 0 && failed === 0;
  const troubles =
    mailApi.revokedFirst > 0 && mailApi.claimsFirst > 0 && authorizationServer.troubled > 0 && restarts > 0;
  const ok = guarantees && troubles && renewals > 0 && signIns === expectedSignIns;
  return {
    requests,
    bare,
    stale,
    renewals,
    reuses,
    failed,
    restarts,
    signIns,
    longestWaitMs: Math.round(longestWaitMs),
    ok,
  };
}

const LABELS: Record<Exclude<keyof Figures, 'ok'>, string> = {
  requests: 'requests seen by the mail API',
  bare: '  of these without a token',
  stale: '  of these with a token that had expired or been refused before',
  renewals: 'refreshes seen by the authorization server',
  reuses: '  of these with a refresh token that was spent',
  failed: 'counts of the inbox that failed',
  restarts: 'restarts after a kill',
  signIns: 'sign-ins by a person',
  longestWaitMs: 'ms for the longest request, waiting included',
};

/** The table at the end. */
export function tableOf(figures: Figures, width: number): string[] {
  const rows = Object.entries(LABELS).flatMap(([name, label]) => {
    const words = label.trimStart();
    const before = `${String(figures[name as keyof Figures]).padStart(7)}  ${label.slice(0, -words.length)}`;
    const lines = wrapAnsi(words, Math.max(1, width - 12)).split('\n');
    return lines.map((line, index) => (index === 0 ? before : ' '.repeat(11)) + line);
  });
  return ['', ...rows, '', figures.ok ? '  Every guarantee held.' : '  A guarantee did NOT hold.', ''];
}
