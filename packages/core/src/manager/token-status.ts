import { isTextList } from '../check-option.ts';
import type { TokenBackend } from '../contract/token-backend.ts';
import type { ProviderProfile } from '../contract/token-provider.ts';
import type { ReauthorizationReason } from '../errors/error-codes.ts';
import { toldBy } from '../forgive.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import type { LastFailure } from '../record/last-failure.ts';
import { isFinal, refusalOf } from '../record/refusal-of.ts';
import type { RenewalContext } from '../renewal/renewal-context.ts';
import type { ManagerSettings } from './check-manager-options.ts';

/** Where the default token stands. */
export type ManagerState =
  /** Nothing was looked up yet. */
  | 'unknown'
  /** The next request bears the held token. */
  | 'valid'
  /** As `valid`, and a renewal is due behind it. */
  | 'expiring'
  /** The next request waits for a renewal. */
  | 'expired'
  /**
   * A person must act; `reason` of the status says why. With `interaction_required` the server is asked again after a pause;
   * otherwise only a sign-in ends it.
   */
  | 'reauthorization_required'
  /** A person signed out; so it stays until somebody signs in. */
  | 'signed_out'
  /** The manager was closed. */
  | 'closed';

/** What may be relied upon, given the backend. */
export type GuaranteeLevel =
  /** One redemption per refresh token among all processes that share the store. */
  | 'shared'
  /** One redemption per refresh token within this process; no other process may use the store. */
  | 'process'
  /** Nothing is written; rotations live in memory. */
  | 'read-only';

/** The session: the refresh token that renewals present. */
export interface SessionStatus {
  /** When the present refresh token was received. */
  issuedAt: number;
  /** When it was last used or received. */
  lastUsedAt: number;
  /** How long ago it was received, in milliseconds. */
  ageMs: number;
  /** When it ends: as the server said, else by the lifetime in the provider's profile; undefined when neither tells. */
  expiresAt: number | undefined;
  /** Whole days until `expiresAt`; negative once that is past. */
  daysLeft: number | undefined;
}

/**
 * Where the tokens stand; never a token. Instants are whole milliseconds since the epoch, durations whole milliseconds.
 * `accessTokenExpiresAt` and `lastRenewedAt` are of the default token: the one for the provider's own scopes.
 */
export interface TokenStatus {
  /** Where the default token stands. */
  state: ManagerState;
  /** With `reauthorization_required` and `signed_out`: why a person must sign in. */
  reason: ReauthorizationReason | undefined;
  /** Whose tokens these are, in your words. */
  account: string;
  /** Whose tokens these are, in the server's words, where it said. */
  username: string | undefined;
  /** Members of token replies that the provider keeps beside the tokens (`keep` of `oauth2()`). */
  kept: Readonly<Record<string, string>>;
  /** What may be relied upon, given the backend. */
  guarantee: GuaranteeLevel;
  /** Where the record is kept, where the backend says so. */
  location: string | undefined;
  /** Whether the store survives this process. */
  durable: boolean;
  /** When the default access token ends; undefined when there is none, or when the server did not say. */
  accessTokenExpiresAt: number | undefined;
  /** Undefined when no refresh token is stored. */
  session: SessionStatus | undefined;
  /** How many renewals this sign-in has had, of whatever scopes. */
  renewals: number;
  /** When the default access token was obtained. */
  lastRenewedAt: number | undefined;
  /**
   * The process that made the last renewal, of whatever scopes, as its backend calls it: `holder` of the backend, of which
   * `isHolderAlive` may tell whether it lives. Undefined where there was none since the sign-in.
   */
  lastRenewedBy: string | undefined;
  /** When this sign-in began; undefined when nobody is signed in. */
  signedInAt: number | undefined;
  /** Whether this process is renewing. */
  renewing: boolean;
  /** Whether the newest tokens are in memory only, since the backend did not take them yet. */
  unsaved: boolean;
  /** The renewal that a process has announced in the store, if there is one. */
  lease:
    | {
        /** When the process announced it, by its own clock. */
        startedAt: number;
        /** How long ago that was, by the clock of this process; negative where the other clock is ahead. */
        ageMs: number;
      }
    | undefined;
  /**
   * No renewal of the default token is tried before this instant, except by `renew()` and once by a new process where no
   * server asked for the pause. Undefined where none is tried at all before a sign-in.
   */
  notBefore: number | undefined;
  /**
   * The last refusal or failure since tokens were last obtained, by any process and for whatever scopes: it says which, with the server's own
   * words.
   */
  lastFailure: LastFailure | undefined;
  /** What an operator should know, in sentences. */
  warnings: string[];
}

const DAY_MS = 24 * 60 * 60_000;

/** The state, from the very slot the header comes from. */
export function stateOf(
  { memory, provider }: Pick<RenewalContext, 'memory' | 'provider'>,
  scope: string,
): ManagerState {
  const { known } = memory;
  if (known && known.state !== 'active') return known.state;
  const freshness = memory.freshness(scope, {});
  if (freshness !== 'unusable') return freshness === 'fresh' ? 'valid' : 'expiring';
  const canRenew = provider.acquire !== undefined || known?.grant.refreshToken !== undefined;
  return canRenew ? 'expired' : 'reauthorization_required';
}

type StatusParts = Pick<RenewalContext, 'memory' | 'clock' | 'account' | 'provider' | 'commits' | 'seed'>;

/** Tells what is held; never a token. */
export function describeStatus(
  { memory, clock, account, provider, commits, seed }: StatusParts,
  { given, warning }: Pick<ManagerSettings, 'given' | 'warning'>,
  ownScope: string,
  { state, renewing }: Pick<TokenStatus, 'state' | 'renewing'>,
): TokenStatus {
  const now = clock.now();
  const { known: record } = memory;
  const access = record?.accessTokens[ownScope];
  const lease = record?.lease;
  const unsaved = commits.unsaved !== undefined;
  return {
    state,
    reason: reasonFor(state, record),
    account,
    username: record?.username,
    kept: record?.kept ?? {},
    guarantee: guaranteeOf(given),
    location: given.location,
    durable: given.capabilities.durable,
    accessTokenExpiresAt: access?.expiresAt,
    session: record && sessionOf(record, provider.profile, now),
    renewals: record?.seq ?? 0,
    lastRenewedAt: access?.obtainedAt,
    lastRenewedBy: record?.renewedBy,
    signedInAt: record?.state === 'signed_out' ? undefined : record?.signedInAt,
    renewing,
    unsaved,
    lease: lease && { startedAt: lease.startedAt, ageMs: now - lease.startedAt },
    notBefore: notBeforeOf(memory, ownScope, now),
    lastFailure: record?.lastFailure,
    warnings: [
      warning?.message,
      ...warningsOf(given),
      unsaved && 'The newest tokens are in memory only: the backend did not take them.',
      seed?.unreadable?.message,
    ].filter((sentence) => !!sentence) as string[],
  };
}

function warningsOf(backend: TokenBackend): readonly string[] {
  const told = toldBy(() => backend.warnings?.() ?? []);
  if (isTextList(told)) return told;
  return ['`warnings` of the backend failed: it must return a list of texts. Check the backend.'];
}

function notBeforeOf(
  { known, pauseLeftMs, leftOf }: RenewalContext['memory'],
  ownScope: string,
  now: number,
): number | undefined {
  if (!known || isFinal(known)) return undefined;
  const leftMs = Math.max(pauseLeftMs, leftOf(refusalOf(known, ownScope)));
  return leftMs > 0 ? now + leftMs : undefined;
}

function sessionOf(
  record: CredentialRecord,
  profile: ProviderProfile,
  now: number,
): SessionStatus | undefined {
  const { grant, accessTokens, signedInAt } = record;
  if (grant.refreshToken === undefined) return undefined;
  const { issuedAt } = grant;
  const uses = Object.values(accessTokens).map(({ obtainedAt }) => obtainedAt);
  const lastUsedAt = Math.max(issuedAt, ...uses);
  const expiresAt = grant.expiresAt ?? endByProfile(profile, { signedInAt, issuedAt, lastUsedAt });
  return {
    issuedAt,
    lastUsedAt,
    ageMs: now - issuedAt,
    expiresAt,
    daysLeft: expiresAt === undefined ? undefined : Math.floor((expiresAt - now) / DAY_MS),
  };
}

/** When a session ends that the server tells nothing about. */
function endByProfile(
  { refreshTokenLifetimeMs, rotates, slidingWindow }: ProviderProfile,
  since: { signedInAt: number; issuedAt: number; lastUsedAt: number },
): number | undefined {
  if (refreshTokenLifetimeMs === undefined) return undefined;
  const sliding = rotates === false ? since.lastUsedAt : since.issuedAt;
  return (slidingWindow ? sliding : since.signedInAt) + refreshTokenLifetimeMs;
}

function reasonFor(
  state: ManagerState,
  record: CredentialRecord | undefined,
): ReauthorizationReason | undefined {
  if (state === 'signed_out') return state;
  return state === 'reauthorization_required' ? (record?.reason ?? 'no_credential') : undefined;
}

function guaranteeOf({ capabilities: { cas, writable } }: TokenBackend): GuaranteeLevel {
  if (!writable) return 'read-only';
  return cas === 'shared' ? 'shared' : 'process';
}
