import type { RequestRecord, TraceRecord } from '../timeline/trace-record.ts';
import type { Bearing } from './bearing-context.ts';
import { cleanChallenge } from './clean-challenge.ts';
import { cleanUrl } from './clean-url.ts';
import { credentialOf } from './credential-of.ts';
import { failureOf } from './failure-of.ts';
import { KnownTokens } from './known-tokens.ts';
import { Replays, type Sent } from './replays.ts';

/** What a traced process has at hand. */
export interface Surroundings {
  write(record: TraceRecord): void;
  fingerprint(text: string): string;
  /** Milliseconds since 1970. */
  now(): number;
  pid: number;
  /** Before the ids of a thread. */
  prefix: string;
}

/** A request that begins, as its client describes it. */
export interface Beginning {
  method: string;
  origin: string;
  /** With its query. */
  path: string;
  authorization: string | undefined;
  mayUpgrade?: boolean | undefined;
  /** The send of everbearer's that it belongs to. */
  bearing: Bearing | undefined;
}

interface Pending extends Sent {
  record: RequestRecord & { at: number; pid: number };
  /** With the query, so it is kept until the answer alone. */
  place: string;
  isOurs: boolean;
  /** It asks for another protocol: node:http tells of no answer then. */
  mayUpgrade: boolean;
  /** Of the request, to be left out of what the answer says. Kept until the answer. */
  token: string | undefined;
}

/** A 401 to everbearer's own header, of which it is not yet known what follows. */
export type Rejected = Pick<Pending, 'record' | 'at'>;

const MOST_PENDING = 5_000;

/** Requests between their beginning and the head of their answer. Objects of clients are not held, bodies neither. */
export class RequestLog {
  readonly #around: Surroundings;
  readonly #byKey = new WeakMap<object, Pending>();
  readonly #pending = new Set<Pending>();
  readonly #tokens = new KnownTokens();
  readonly #replays: Replays;
  readonly #onRejected: (rejected: Rejected) => void;
  #count = 0;

  constructor(around: Surroundings, onRejected: (rejected: Rejected) => void) {
    this.#around = around;
    this.#replays = new Replays(around.fingerprint);
    this.#onRejected = onRejected;
  }

  knows(key: object): boolean {
    return this.#byKey.has(key);
  }

  /** Whether such a request is under way: two clients, one built on the other, tell of the same one. */
  isUnderWay(method: string, origin: string, path: string): boolean {
    const place = `${method} ${origin}${path}`;
    for (const each of this.#pending) if (each.place === place) return true;
    return false;
  }

  begin(key: object, beginning: Beginning): void {
    const { method, origin, path, authorization, bearing, mayUpgrade = false } = beginning;
    const { now, pid, prefix } = this.#around;
    const credential = credentialOf(authorization);
    const token = credential.kind === 'token' ? credential.token : undefined;
    const at = now();
    const fingerprint = token === undefined ? undefined : this.#around.fingerprint(token);
    const sent: Sent = { id: `${prefix}${++this.#count}`, at, fingerprint };
    const place = `${method} ${origin}${path}`;
    const isBorne = bearing !== undefined && authorization === bearing.call.issued;
    const known =
      token === undefined || fingerprint === undefined
        ? undefined
        : this.#tokens.used(fingerprint, token, at, isBorne ? bearingOf(bearing) : undefined);
    const isOurs = bearing ? isBorne : known?.isOurs === true;
    const record: Pending['record'] = {
      at,
      pid,
      kind: 'request',
      id: sent.id,
      method,
      url: cleanUrl(origin, path, token),
      toTokenEndpoint: isTokenRequest(method, path, token) || undefined,
      headerFrom: credential.kind === 'none' ? 'nobody' : isOurs ? 'everbearer' : 'program',
      headerHolds:
        credential.kind === 'empty' ? 'nothing' : credential.kind === 'other' ? 'other' : undefined,
      fingerprint,
      ...(known && datesOf(known, at)),
      replayOf: this.#replays.begin(sent, place, isOurs ? bearing?.call : undefined),
    };
    const pending: Pending = Object.assign(sent, { record, place, isOurs, mayUpgrade, token });
    this.#byKey.set(key, pending);
    this.#pending.add(pending);
    if (this.#pending.size > MOST_PENDING)
      this.#pending.delete(this.#pending.values().next().value as Pending);
  }

  /** @param header - a header of the answer, by its name in lower case */
  answered(key: object, status: number, header: (name: string) => string | undefined): void {
    const pending = this.#byKey.get(key);
    // 101 is the last of its answers, all others below 200 come before one.
    if (!pending || (status < 200 && status !== 101)) return;
    const { record } = pending;
    pending.status = status;
    record.status = status;
    const challenge = status === 401 || status === 403 ? header('www-authenticate') : undefined;
    record.challenge = challenge === undefined ? undefined : cleanChallenge(challenge, pending.token);
    if (status === 401 && !pending.isOurs && pending.fingerprint)
      this.#replays.rejected(pending, pending.place);
    this.#end(key, pending);
    // Where a proof wants a nonce, nothing was said of the token.
    if (status === 401 && pending.isOurs && !challenge?.includes('use_dpop_nonce')) this.#onRejected(pending);
  }

  failed(key: object, error: unknown): void {
    const pending = this.#byKey.get(key);
    if (!pending) return;
    pending.record.failure = failureOf(error);
    this.#end(key, pending);
  }

  /** Writes what is still under way when the process ends. */
  flush(): void {
    for (const { record, mayUpgrade } of this.#pending) {
      this.#write(mayUpgrade ? record : { ...record, failure: 'process ended' });
    }
    this.#pending.clear();
  }

  #end(key: object, pending: Pending): void {
    this.#byKey.delete(key);
    this.#pending.delete(pending);
    pending.token = undefined;
    pending.place = '';
    pending.record.durationMs = Math.max(0, this.#around.now() - pending.at);
    this.#write(pending.record);
  }

  #write(record: TraceRecord): void {
    this.#around.write(record);
  }
}

function bearingOf({ account, provider, expiresAt }: Bearing): Omit<Bearing, 'call'> {
  return { account, provider, expiresAt };
}

function datesOf(
  { since, expiresAt, account, provider }: ReturnType<KnownTokens['used']>,
  now: number,
): Partial<RequestRecord> {
  const tokenLifeMs = expiresAt === undefined ? undefined : Math.round(expiresAt - now);
  return { tokenAgeMs: Math.max(0, now - since), tokenLifeMs, account, provider };
}

/** A POST to an address with one of the usual names, which bears no access token: with one it is a call of an API. */
function isTokenRequest(method: string, path: string, token: string | undefined): boolean {
  if (method !== 'POST' || token !== undefined) return false;
  return /(^|\/)(token|tokens|access_token|oauth_token|token\.oauth2)\/?$/.test(
    path.split(/[?#]/, 1)[0] as string,
  );
}
