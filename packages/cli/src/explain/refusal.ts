import type { Challenge } from '@everbearer/core/adapter';
import type { RequestRecord } from '../timeline/trace-record.ts';

/** An answer 401 or 403, and what is known of its request. Holds no token. */
export interface Refusal
  extends Pick<
    RequestRecord,
    | 'headerFrom'
    | 'headerHolds'
    | 'fingerprint'
    | 'account'
    | 'provider'
    | 'tokenAgeMs'
    | 'tokenLifeMs'
    | 'notReplayed'
    | 'replayOf'
  > {
  /** Undefined where only a body was pasted. */
  status: number | undefined;
  method?: string | undefined;
  url?: string | undefined;
  /** Where and when, in a trace. */
  id?: string | undefined;
  pid?: number | undefined;
  at?: number | undefined;
  /** The challenges without secrets, as text and as they are read. */
  challenge?: string | undefined;
  challenges: readonly Challenge[];
  /** What the body calls the fault: `InvalidAuthenticationToken`. */
  code?: string | undefined;
  /** What the body says of it, without what could be secret. */
  message?: string | undefined;
  /** Whom the token is for, by its own words. */
  audience?: string | undefined;
  /** What came of sending it again. */
  replay?: { id: string; status: number | undefined; fingerprint: string | undefined } | undefined;
  /** What brought the token, in words. */
  broughtBy?: string | undefined;
}

/** A parameter of the first Bearer or DPoP challenge that has it. */
export function challengeParameter({ challenges }: Refusal, name: string): string | undefined {
  return challenges.find(({ scheme, params }) => /^(bearer|dpop)$/.test(scheme) && params[name] !== undefined)
    ?.params[name];
}

/** Claims that are asked for, as the members of the access token. Undefined where none are, or they cannot be read. */
export function askedClaims(refusal: Refusal): Readonly<Record<string, unknown>> | undefined {
  const encoded = challengeParameter(refusal, 'claims');
  if (encoded === undefined) return undefined;
  try {
    const claims = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as { access_token?: unknown };
    return (claims.access_token ?? claims) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
