import { lengthWords } from './length-words.ts';
import { eventLook } from './mark-kinds.ts';
import type { Mark } from './timeline.ts';
import type { EventRecord, ProcessRecord, RequestRecord, TraceRecord } from './trace-record.ts';

type Kind<K extends TraceRecord['kind']> = Extract<TraceRecord, { kind: K }>;

/**
 * How one record is drawn; undefined where it is not.
 * @param reason - why it happened, where another record says so
 */
export function markOf(record: TraceRecord, reason?: string | undefined): Mark | undefined {
  const mark = drawn(record, reason);
  return mark && { ...mark, words: mark.words.map(shortened) };
}

/** More than this no tip can hold. */
const LONGEST = 600;

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function drawn(record: TraceRecord, reason: string | undefined): Mark | undefined {
  switch (record.kind) {
    case 'request':
      return requestMark(record);
    case 'event':
      return eventMark(record, reason);
    case 'note':
      return undefined;
    default:
      return processMark(record);
  }
}

function requestMark(record: Kind<'request'>): Mark {
  const { at, durationMs = 0, status, failure, toTokenEndpoint, replayOf, method, url } = record;
  const isGood = failure === undefined && (status === undefined || status < 400);
  const kind = isGood
    ? replayOf === undefined
      ? 'answered'
      : 'replayed'
    : status === 401 && !toTokenEndpoint
      ? 'rejected'
      : 'failed';
  const [path, origin] = placeOf(url);
  const words = [
    `${method} ${path}`,
    answerWords(record),
    ...tokenWords(record),
    ...replayWords(record),
    ...origin,
  ];
  return { at, durationMs, kind, row: toTokenEndpoint ? 'exchanges' : 'requests', words };
}

/** The path, which tells requests apart, and the origin, which rarely does. */
function placeOf(url: string): [string, string[]] {
  const parsed = URL.parse(url);
  if (!parsed?.host || !url.startsWith(parsed.origin)) return [url, []];
  return [url.slice(parsed.origin.length) || '/', [`at ${parsed.origin}`]];
}

function answerWords({ status, failure, durationMs, toTokenEndpoint }: RequestRecord): string {
  const whose = toTokenEndpoint ? 'the token endpoint: ' : '';
  const after = durationMs === undefined ? '' : ` after ${lengthWords(durationMs)}`;
  if (failure !== undefined) return `${whose}no answer${after}: ${failure}`;
  return status === undefined ? `${whose}no answer yet` : `${whose}answered ${status}${after}`;
}

const HEADER_FROM = {
  everbearer: 'header set by Everbearer',
  program: 'header set by the program itself',
  nobody: 'sent without an Authorization header',
} as const;

const HEADER_HOLDS = {
  nothing: 'there was no token in it',
  other: 'it held something else than an access token',
} as const;

function tokenWords(record: RequestRecord): string[] {
  const { headerFrom, headerHolds, fingerprint, account, tokenAgeMs } = record;
  const token = [
    fingerprint && `token ${fingerprint}`,
    account && `account ${account}`,
    tokenAgeMs === undefined ? undefined : `${lengthWords(tokenAgeMs)} old`,
    lifeWords(record),
  ];
  const header = [headerFrom && HEADER_FROM[headerFrom], headerHolds && HEADER_HOLDS[headerHolds]];
  return [token, header].map((words) => words.filter(Boolean).join(', ')).filter(Boolean);
}

function lifeWords({ tokenLifeMs }: RequestRecord): string | undefined {
  if (tokenLifeMs === undefined) return undefined;
  if (tokenLifeMs < 0) return `it had ended ${lengthWords(-tokenLifeMs)} before`;
  return `${lengthWords(tokenLifeMs)} left to live`;
}

function replayWords({ challenge, replayOf, notReplayed }: RequestRecord): string[] {
  return [
    challenge && `it asks for: ${challenge}`,
    replayOf === undefined ? undefined : 'the refused request, sent once more with a new token',
    notReplayed && `not sent again: ${notReplayed}`,
  ].filter((text): text is string => !!text);
}

function eventMark(record: Kind<'event'>, reason: string | undefined): Mark | undefined {
  const look = eventLook(record.type);
  if (!look) return undefined;
  const { at, durationMs = 0 } = record;
  return { at, durationMs, kind: look.kind, row: 'events', words: eventWords(look.words, record, reason) };
}

function eventWords(words: string, record: EventRecord & { at: number }, reason?: string): string[] {
  const { durationMs, detail, account, provider, fingerprint, expiresAt, at } = record;
  const whose = [account && `account ${account}`, provider && `at ${providerWords(provider)}`]
    .filter(Boolean)
    .join(', ');
  const took = durationMs === undefined ? '' : `, ${lengthWords(durationMs)}`;
  const lives =
    expiresAt === undefined ? undefined : `it lives for ${lengthWords(Math.max(0, expiresAt - at))}`;
  const token = [fingerprint && `token ${fingerprint}`, lives].filter(Boolean).join(', ');
  return [`${words}${took}`, reason, detail, token, whose].filter((text): text is string => !!text);
}

const LONGEST_PROVIDER = 60;

/** An id that is made of an endpoint and more is called by its host. */
function providerWords(id: string): string {
  const host = URL.parse(new URLSearchParams(id).get('token_endpoint') ?? '')?.host;
  return host || (id.length > LONGEST_PROVIDER ? `${id.slice(0, LONGEST_PROVIDER)}…` : id);
}

function processMark(record: ProcessRecord & { at: number; pid: number }): Mark {
  const { at, pid } = record;
  const mark = { at, durationMs: 0, row: 'events' } as const;
  if (record.kind === 'process_started')
    return { ...mark, kind: 'started', words: [`${record.name} began`, `process ${pid}`] };
  const { signal, exitStatus } = record;
  const isGood = signal === undefined && (exitStatus ?? 0) === 0;
  const how =
    signal === undefined ? (exitStatus === undefined ? '' : `exit status ${exitStatus}`) : `by ${signal}`;
  return {
    ...mark,
    kind: isGood ? 'ended' : 'killed',
    words: [
      signal === undefined ? 'The process ended' : 'The process was killed',
      [how, `process ${pid}`].filter(Boolean).join(', '),
    ],
  };
}
