import type { TokenBackend } from '../contract/token-backend.ts';
import type { AuthError } from '../errors/auth-error.ts';
import { assess } from '../memory/held-token.ts';
import type { RenewalContext } from '../renewal/renewal-context.ts';
import { setupWarnings } from './backend-fit.ts';

export type ManagerState =
  /** Nothing was looked up yet. */
  | 'unknown'
  /** The next request bears the held token. */
  | 'valid'
  /** As `valid`, and a renewal is due behind it. */
  | 'expiring'
  /** The next request waits for a renewal. */
  | 'expired'
  | 'reauthorization_required'
  | 'signed_out'
  | 'closed';

/** What may be relied upon, given the backend. */
export type GuaranteeLevel =
  /** One redemption per refresh token among all processes that share the store. */
  | 'shared'
  /** The same, within this process. */
  | 'process'
  /** Nothing is written; rotations live in memory. */
  | 'read-only'
  | 'best-effort';

/** Where the tokens stand; never a token. Instants are milliseconds since the epoch. */
export interface TokenStatus {
  state: ManagerState;
  account: string;
  username: string | undefined;
  guarantee: GuaranteeLevel;
  /** Where the record is kept, where the backend says so. */
  location: string | undefined;
  /** Whether the store survives this process. */
  durable: boolean;
  /** Of the default access token. */
  accessTokenExpiresAt: number | undefined;
  refreshToken:
    | {
        issuedAt: number;
        lastUsedAt: number;
        ageMs: number;
        expiresAt: number | undefined;
        daysLeft: number | undefined;
      }
    | undefined;
  /** Renewals in this sign-in, and when the default token was obtained. */
  renewals: number;
  lastRenewedAt: number | undefined;
  signedInAt: number | undefined;
  renewing: boolean;
  unsaved: boolean;
  lease: { startedAt: number; ageMs: number } | undefined;
  /** No renewal is tried before this. */
  notBefore: number | undefined;
  warnings: string[];
}

const DAY_MS = 24 * 60 * 60_000;

/** The state, from the very slot the header comes from. */
export function stateOf({ memory, provider }: RenewalContext, scope: string): ManagerState {
  const { known } = memory;
  if (known?.state === 'signed_out') return 'signed_out';
  if (known?.state === 'reauthorization_required') return 'reauthorization_required';
  const held = memory.held(scope);
  const verdict = assess(held, held ? memory.ageOf(held) : 0, {});
  if (verdict !== 'unusable') return verdict === 'fresh' ? 'valid' : 'expiring';
  const canRenew = provider.acquire !== undefined || known?.grant.refreshToken !== undefined;
  return canRenew ? 'expired' : 'reauthorization_required';
}

/** Tells what is held; never a token. */
export function describeStatus(
  { memory, clock, account, provider, commits, seed }: RenewalContext,
  backend: TokenBackend,
  state: ManagerState,
  renewing: boolean,
): TokenStatus {
  const now = clock.now();
  const record = memory.known;
  const grant = record?.grant;
  const lifetimeMs = provider.profile.refreshTokenLifetimeMs;
  const estimate = lifetimeMs !== undefined && grant ? grant.issuedAt + lifetimeMs : undefined;
  const expiresAt = grant?.expiresAt ?? estimate;
  const access = Object.values(record?.accessTokens ?? {}).toSorted((a, b) => b.obtainedAt - a.obtainedAt)[0];
  return {
    state,
    account,
    username: record?.username,
    guarantee: guaranteeOf(backend),
    location: backend.location,
    durable: backend.capabilities.durable,
    accessTokenExpiresAt: access?.expiresAt,
    refreshToken:
      grant?.refreshToken === undefined
        ? undefined
        : {
            issuedAt: grant.issuedAt,
            lastUsedAt: Math.max(grant.issuedAt, access?.obtainedAt ?? 0),
            ageMs: now - grant.issuedAt,
            expiresAt,
            daysLeft: expiresAt === undefined ? undefined : Math.floor((expiresAt - now) / DAY_MS),
          },
    renewals: record?.seq ?? 0,
    lastRenewedAt: access?.obtainedAt,
    signedInAt: record?.signedInAt,
    renewing,
    unsaved: commits.unsaved !== undefined,
    lease: record?.lease && { startedAt: record.lease.startedAt, ageMs: now - record.lease.startedAt },
    notBefore: record?.notBefore,
    warnings: warningsOf(backend, commits.unsaved !== undefined, seed.unreadable),
  };
}

function guaranteeOf({ capabilities: { cas, writable } }: TokenBackend): GuaranteeLevel {
  if (!writable) return 'read-only';
  return cas === 'none' ? 'best-effort' : cas;
}

function warningsOf(backend: TokenBackend, unsaved: boolean, seedFault: AuthError | undefined): string[] {
  const warnings = setupWarnings(backend).map(({ message }) => message);
  warnings.push(...(backend.warnings?.() ?? []));
  if (unsaved) warnings.push('The newest tokens are in memory only: the backend did not take them yet.');
  if (seedFault) warnings.push(seedFault.message);
  return warnings;
}
