/**
 * What one process saw at one moment: a line of a trace, as JSON. Holds no token, no query of an address and no body.
 * Moments are milliseconds since 1970 by that process's clock, lengths are milliseconds.
 */
export type TraceRecord = {
  /** When it happened, or began. */
  at: number;
  /** The process it happened in. */
  pid: number;
} & (ProcessRecord | RequestRecord | EventRecord | NoteRecord);

/** A process began to be traced, or ended. */
export type ProcessRecord =
  | { kind: 'process_started'; name: string }
  | { kind: 'process_ended'; exitStatus?: number | undefined; signal?: string | undefined };

/** A request that a process sent, and what came of it. */
export interface RequestRecord {
  /** Always `request`. */
  kind: 'request';
  /** Told apart from the others of its process. */
  id: string;
  /** As it was sent: `GET`. */
  method: string;
  /** Origin and path. Long parts of the path, which could be secret, are replaced by `…`. */
  url: string;
  /** How long it took until the head of the answer, or until it failed. */
  durationMs?: number | undefined;
  /** Of the answer; undefined where none came. */
  status?: number | undefined;
  /** Why there is no answer: a code such as `ECONNREFUSED`, `aborted`, or `process ended`. */
  failure?: string | undefined;
  /** Whether it went to a token endpoint rather than to an API. */
  toTokenEndpoint?: boolean | undefined;
  /** Who gave it its Authorization header. Undefined where that is not known. */
  headerFrom?: 'everbearer' | 'program' | 'nobody' | undefined;
  /** What its Authorization header held in place of an access token: nothing, or another credential such as a password. */
  headerHolds?: 'nothing' | 'other' | undefined;
  /** Of its access token: eight characters, the same for the same token. */
  fingerprint?: string | undefined;
  /** Whose token it bore, where everbearer gave it. */
  account?: string | undefined;
  /** Where that token is from: `id` of the provider. */
  provider?: string | undefined;
  /** How old the token was at least: since it was issued where it says so, else since this process first used it. */
  tokenAgeMs?: number | undefined;
  /** How long the token was still to live; below 0: it had ended so long ago. */
  tokenLifeMs?: number | undefined;
  /** What a 401 or 403 asked for: its challenges, without what could be secret. */
  challenge?: string | undefined;
  /** The request of this process that this one repeats with another token. */
  replayOf?: string | undefined;
  /** Why a 401 was not followed by a replay, in words. */
  notReplayed?: string | undefined;
}

/** Something that the token manager or the edge told: an `AuthEvent`, as plain data. */
export interface EventRecord {
  /** Always `event`. */
  kind: 'event';
  /** `type` of the event: `renewed`, `lease_waited` and so on. */
  type: string;
  /** Whose tokens it is about. */
  account?: string | undefined;
  /** Where those tokens are from: `id` of the provider. */
  provider?: string | undefined;
  /** What it lasted, where the event says so: a renewal, a wait. `at` is its beginning. */
  durationMs?: number | undefined;
  /** The other members of the event, in words: a reason, the code of an error. */
  detail?: string | undefined;
  /** Of the access token it is about: eight characters, the same for the same token. */
  fingerprint?: string | undefined;
  /** When the access token that it brought ends. */
  expiresAt?: number | undefined;
}

/** Something besides that a reader should know happened then: a deployment, what a demonstration does to its servers. */
export interface NoteRecord {
  /** Always `note`. */
  kind: 'note';
  /** In words, as a heading has them. */
  text: string;
}
