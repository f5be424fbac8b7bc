import { type AuthorizationCodes, createAuthorizationCodes } from './authorization-codes.ts';
import {
  type AuthorizationServerCounts,
  createAuthorizationServerCounts,
} from './authorization-server-counts.ts';
import { type ClaimsRequirement, createClaimsRequirement } from './claims-requirement.ts';
import { createDeviceCodes, type DeviceCodes } from './device-codes.ts';
import { createDirectory, type Directory, type DirectoryOptions } from './directory.ts';
import type { RotationRules } from './refresh-rotation.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import { createTokenRegistry, type TokenFamily, type TokenRegistry } from './token-registry.ts';
import { createTroubleQueue, type TroubleQueue } from './trouble.ts';

/** How the server behaves; may be changed while it runs. */
export interface AuthorizationServerSettings extends RotationRules {
  /** How long an access token is taken. `expires_in` says whole seconds of it, at least 1. */
  accessTokenLifeMs: number;
  refreshTokenLifeMs: number;
  /** Whether a refresh ends the family's earlier access tokens at once. */
  oldAccessTokenDies: boolean;
  /** Whether a device code poll that comes before the interval has passed is answered `slow_down`. */
  slowDown: boolean;
  deviceIntervalSeconds: number;
  deviceCodeLifeMs: number;
  /** How long a token request waits before it is looked at. */
  latencyMs: number | (() => number);
  /** Asks that name one of these are refused (`consent_required`), and spend no refresh token. */
  refusedScopes: readonly string[];
}

export interface AuthorizationServerOptions extends DirectoryOptions, Partial<AuthorizationServerSettings> {
  /** Default 0: any free port. */
  port?: number;
  /** Put before every token, code and the like, so that a search can find them. */
  tokenPrefix?: string;
}

/** Strict: refresh tokens are single-use, and a second use ends the family. */
const STRICT_SETTINGS: AuthorizationServerSettings = {
  rotates: true,
  graceMs: 0,
  previousOnly: false,
  accessTokenLifeMs: 3_600_000,
  refreshTokenLifeMs: 90 * 86_400_000,
  oldAccessTokenDies: false,
  slowDown: false,
  deviceIntervalSeconds: 1,
  deviceCodeLifeMs: 900_000,
  latencyMs: 0,
  refusedScopes: [],
};

/** What the endpoints of one authorization server share. */
export interface Realm {
  readonly settings: AuthorizationServerSettings;
  readonly directory: Directory;
  readonly claims: ClaimsRequirement;
  readonly registry: TokenRegistry;
  readonly devices: DeviceCodes;
  readonly codes: AuthorizationCodes;
  readonly troubles: TroubleQueue;
  readonly counts: AuthorizationServerCounts;
  readonly timeline: Timeline;
  /** Address of the server, known once it listens. */
  url: string;
  /** Ends a family and counts it. */
  revokeFamily(family: TokenFamily, reason: 'reuse' | 'scripted' | 'revocation'): boolean;
}

export function createRealm(options: AuthorizationServerOptions): Realm {
  const now = Date.now;
  const settings = settingsOf(options);
  const timeline = createTimeline(now);
  const counts = createAuthorizationServerCounts();
  const claims = createClaimsRequirement(now);
  const registry = createTokenRegistry({ tokenPrefix: options.tokenPrefix ?? '', claims, timeline, now });
  const revokeFamily: Realm['revokeFamily'] = (family, reason) => {
    const revoked = registry.revokeFamily(family, reason);
    if (revoked) counts.familiesRevoked += 1;
    return revoked;
  };
  const secret = registry.secret;
  return {
    settings,
    directory: createDirectory(options),
    claims,
    registry,
    devices: createDeviceCodes({ settings, timeline, secret, now }),
    codes: createAuthorizationCodes({ secret, now, onReplay: (family) => revokeFamily(family, 'reuse') }),
    troubles: createTroubleQueue(),
    counts,
    timeline,
    url: '',
    revokeFamily,
  };
}

/** Puts new values in place; what is undefined or unknown stays as it is. */
export function configure(
  settings: AuthorizationServerSettings,
  changes: Partial<AuthorizationServerSettings>,
): void {
  for (const name of Object.keys(STRICT_SETTINGS) as (keyof AuthorizationServerSettings)[]) {
    if (changes[name] !== undefined) Object.assign(settings, { [name]: changes[name] });
  }
}

function settingsOf(options: Partial<AuthorizationServerSettings>): AuthorizationServerSettings {
  const settings = { ...STRICT_SETTINGS };
  configure(settings, options);
  return settings;
}
