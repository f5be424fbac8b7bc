import { markOf } from './mark-of.ts';
import { mergedMarks } from './merged-marks.ts';
import { renewalReasons } from './renewal-reasons.ts';
import type { Lane, Life, Note, Timeline } from './timeline.ts';
import { bandsOf } from './token-bands.ts';
import type { TraceRecord } from './trace-record.ts';

/** One life of a process, with all that it told. */
interface Told extends Life {
  name: string;
  records: TraceRecord[];
  hasEnded: boolean;
}

/** Puts the records of all processes in order, whatever order they came in. Decides nothing about how it is drawn. */
export function timelineOf(
  records: readonly TraceRecord[],
  groupBy: 'process' | 'account',
  until = 0,
): Timeline {
  const sorted = [...records].sort((a, b) => a.at - b.at);
  const notes: Note[] = sorted.flatMap((each) =>
    each.kind === 'note' ? [{ at: each.at, text: each.text }] : [],
  );
  const lives = livesOf(sorted, groupBy);
  const begin = sorted[0]?.at ?? 0;
  const end = sorted.reduce((latest, each) => Math.max(latest, endOf(each)), Math.max(begin, until));
  const lanes = joined(lives).map(({ name, told }) => laneOf(name, told, end));
  return { begin, end, lanes, notes };
}

function endOf(record: TraceRecord): number {
  return record.at + ('durationMs' in record ? (record.durationMs ?? 0) : 0);
}

function livesOf(sorted: readonly TraceRecord[], groupBy: 'process' | 'account'): Told[] {
  const lives: Told[] = [];
  const present = new Map<string, Told>();
  for (const record of sorted) {
    if (record.kind === 'note') continue;
    const account = groupBy === 'account' && 'account' in record ? record.account : undefined;
    const key = account ?? `process ${record.pid}`;
    let life = present.get(key);
    // The number of a process is given again, sooner or later.
    if (!life || (record.kind === 'process_started' && life.records.length > 0)) {
      const name = record.kind === 'process_started' ? record.name : key;
      life = { name, pid: record.pid, from: record.at, to: record.at, records: [], hasEnded: false };
      lives.push(life);
      present.set(key, life);
    }
    life.records.push(record);
    life.to = Math.max(life.to, endOf(record));
    life.hasEnded ||= record.kind === 'process_ended';
  }
  return lives;
}

/** Lives of the same name, one after the other, are one process that was started again. */
function joined(lives: readonly Told[]): { name: string; told: Told[] }[] {
  const lanes: { name: string; told: Told[] }[] = [];
  for (const life of lives) {
    const before = lanes.find(
      ({ name, told }) => name === life.name && told.every(({ to, hasEnded }) => hasEnded && to <= life.from),
    );
    if (before) before.told.push(life);
    else lanes.push({ name: life.name, told: [life] });
  }
  return lanes;
}

function laneOf(name: string, told: readonly Told[], end: number): Lane {
  const lives = told.map(({ pid, from, to, hasEnded }) => ({ pid, from, to: hasEnded ? to : end }));
  const bands = told.flatMap(({ records }, index) => bandsOf(records, (lives[index] as Life).to));
  const marks = told.flatMap(({ records }) => {
    const reasons = renewalReasons(records);
    return withoutDoubles(records).flatMap((record) => markOf(record, reasons.get(record)) ?? []);
  });
  const ends = bands
    .filter(({ expired }) => expired)
    .map(({ to, fingerprint, account }) => ({
      at: to,
      durationMs: 0,
      kind: 'expired' as const,
      row: 'events' as const,
      words: [
        'The token expired',
        ...(fingerprint ? [`token ${fingerprint}`] : []),
        ...(account ? [`account ${account}`] : []),
      ],
    }));
  const sorted = [...marks, ...ends].sort((a, b) => a.at - b.at);
  const requests = marks.filter(({ row }) => row === 'requests').length;
  return { name, lives, bands, requests, marks: mergedMarks(sorted) };
}

/** Where the requests themselves say which are replays, the events that announce them would be the same again. */
function withoutDoubles(records: readonly TraceRecord[]): readonly TraceRecord[] {
  const isTold = records.some((each) => each.kind === 'request' && each.replayOf !== undefined);
  return isTold ? records.filter((each) => each.kind !== 'event' || each.type !== 'replayed') : records;
}
