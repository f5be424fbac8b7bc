import type { OutgoingRequest } from './attempt.ts';
import type { OriginStanding } from './origins.ts';

/** What the guard does with a request that is about to leave. */
export type Handling =
  /** It is sent with a token of ours. */
  | 'allowed'
  /** It is sent as it is. */
  | 'pass'
  /** It is sent without the header that the guard gave it before. */
  | 'strip'
  /** It is not sent: no token may go there. */
  | 'foreign'
  /** It is not sent: no token may go there without encryption. */
  | 'insecure'
  /** It is not sent: what its call says of its authorization is not known. */
  | 'unknown';

/** The parts of a guard that decide about a request. */
export interface HandlingRules {
  standingOf(url: string): OriginStanding;
  /** The values of `Authorization` that this guard made. */
  readonly issued: { has(authorization: string): boolean };
  readonly onForeignOrigin: 'throw' | 'pass';
}

/** Decides what becomes of a request, by its URL, by the header it bears, and by what its call says. */
export function handlingOf(
  { url, authorization, call }: OutgoingRequest,
  { standingOf, issued, onForeignOrigin }: HandlingRules,
): Handling {
  // A later hook may set `auth: false` after the guard gave it our header.
  if (call.auth === false) return call.issued && authorization === call.issued ? 'strip' : 'pass';
  const standing = standingOf(url);
  if (standing === 'outside') return 'pass';
  const isOurs = authorization !== null && (authorization === call.issued || issued.has(authorization));
  if (authorization !== null && !isOurs && namesCredential(authorization)) return 'pass';
  if (standing === 'allowed' && call.refusal) return 'unknown';
  if (standing === 'allowed' || onForeignOrigin === 'throw') return standing;
  return isOurs ? 'strip' : 'pass';
}

/** Careless code leaves an empty value, `undefined` or `null` behind where a token was missing. */
function namesCredential(authorization: string): boolean {
  return authorization.split(',').some((value) => !/^(bearer\s*)?(undefined|null)?$/i.test(value.trim()));
}
