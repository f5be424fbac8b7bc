import type { RequestRecord } from '../timeline/trace-record.ts';
import { eventRecord } from './event-record.ts';
import { quietly } from './quietly.ts';
import type { Rejected, Surroundings } from './request-log.ts';
import { whyNotReplayed } from './why-not-replayed.ts';

/** So many 401 may wait to be explained. */
const MOST_OPEN = 50;
/** So many events are looked at for the reason of one. */
const MOST_EVENTS = 100;

interface EdgeEvent {
  type: string;
  origin: string;
  reason?: string;
}

interface Told {
  at: number;
  type: string;
  account?: string | undefined;
  detail?: string | undefined;
}

/**
 * What everbearer tells of itself, in every copy of it that is loaded after this: its events, and what it sends. Returns what
 * wants to hear of each 401 to a header of everbearer's.
 */
export function watchEverbearer(
  { write, now, pid }: Surroundings,
  hearEvents: (listener: (event: object) => void) => void,
): (rejected: Rejected) => void {
  const open: Rejected[] = [];
  const told: Told[] = [];

  function explain(event: EdgeEvent): void {
    const index = open.findLastIndex(({ record }) => isAbout(event, record));
    const [rejected] = index >= 0 ? open.splice(index, 1) : [];
    if (!rejected || event.type === 'replayed') return;
    const { record } = rejected;
    const since = told.filter(({ at, account }) => at >= rejected.at && account === record.account);
    write({ ...record, notReplayed: whyNotReplayed({ wasReplay: record.replayOf !== undefined, since }) });
  }

  const hear = quietly((event: object) => {
    const at = now();
    const record = eventRecord(event);
    told.push({ at, type: record.type, account: record.account, detail: record.detail });
    if (told.length > MOST_EVENTS) told.shift();
    write({ at: at - (record.durationMs ?? 0), pid, ...record });
    if (['rejected', 'replayed', 'step_up_required'].includes(record.type)) explain(event as EdgeEvent);
  });
  hearEvents(hear);

  return (rejected) => {
    open.push(rejected);
    if (open.length > MOST_OPEN) open.shift();
  };
}

/** Events tell the origin alone; one that asks for more quotes what the challenge asks for. */
function isAbout({ type, origin, reason }: EdgeEvent, { url, challenge }: RequestRecord): boolean {
  if (new URL(url).origin !== origin) return false;
  return type !== 'step_up_required' || Boolean(challenge?.includes(String(reason)));
}
