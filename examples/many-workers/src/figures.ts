import type { FarEndCounts } from '@everbearer/far-end';
import wrapAnsi from 'wrap-ansi';
import type { Worker } from './worker.ts';

/** What the far end counted, and what the workers were told. */
export interface Figures {
  /** Requests that reached the mail API. */
  requests: number;
  /** Of these, without a token. */
  bare: number;
  /** Of these, with a token that had expired or had been refused before. */
  stale: number;
  /** Refreshes at the authorization server. */
  renewals: number;
  /** Refresh tokens presented a second time, other than by the successor of a killed worker. */
  reuses: number;
  /** The same by the successors of killed workers, which the server forgives for a few seconds. */
  forgiven: number;
  familiesRevoked: number;
  signIns: number;
  /** Calls that failed. */
  failed: number;
  restarts: number;
  /** Records that were put back after Redis had lost them. */
  repaired: number;
  /** Whether every guarantee held and every trouble took place. */
  ok: boolean;
}

export function figuresOf(
  { authorizationServer, mailApi }: FarEndCounts,
  workers: readonly Worker[],
  people: number,
): Figures {
  const total = (name: 'failed' | 'restarts' | 'repaired') =>
    workers.reduce((sum, { row }) => sum + row[name], 0);
  const { requests, bare, stale } = mailApi;
  const { refreshes: renewals, reuses, graced: forgiven, familiesRevoked, families } = authorizationServer;
  const [failed, restarts, repaired] = [total('failed'), total('restarts'), total('repaired')];
  const guarantees =
    bare === 0 && stale === 0 && reuses === 0 && familiesRevoked === 0 && failed === 0 && families === people;
  const ok = guarantees && renewals > 0 && restarts > 0 && repaired > 0;
  return {
    requests,
    bare,
    stale,
    renewals,
    reuses,
    forgiven,
    familiesRevoked,
    signIns: families,
    failed,
    restarts,
    repaired,
    ok,
  };
}

const LABELS: Record<Exclude<keyof Figures, 'ok'>, string> = {
  requests: 'requests seen by the mail API',
  bare: '  of these without a token',
  stale: '  of these with a token that had expired or been refused before',
  renewals: 'refreshes seen by the authorization server',
  reuses: '  of these with a refresh token that was redeemed before',
  forgiven: '  the same by the successor of a killed worker, forgiven',
  familiesRevoked: 'sessions that ended',
  signIns: 'sign-ins by a person',
  failed: 'calls that failed',
  restarts: 'workers killed and started again',
  repaired: 'records put back into Redis',
};

/** The table at the end. */
export function linesOf(figures: Figures, width: number): string[] {
  const rows = Object.entries(LABELS).flatMap(([name, label]) => {
    const words = label.trimStart();
    const before = `${String(figures[name as keyof Figures]).padStart(7)}  ${label.slice(0, -words.length)}`;
    const lines = wrapAnsi(words, Math.max(1, width - 12)).split('\n');
    return lines.map((line, index) => (index === 0 ? before : ' '.repeat(11)) + line);
  });
  return [...rows, '', figures.ok ? '  Every guarantee held.' : '  A guarantee did NOT hold.', ''];
}
