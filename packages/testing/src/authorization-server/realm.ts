import { type AuthorizationCodes, createAuthorizationCodes } from './authorization-codes.ts';
import {
  type AuthorizationServerCounts,
  createAuthorizationServerCounts,
} from './authorization-server-counts.ts';
import {
  type AuthorizationServerOptions,
  type AuthorizationServerSettings,
  settingsOf,
} from './authorization-server-settings.ts';
import { type ClaimsRequirement, createClaimsRequirement } from './claims-requirement.ts';
import { createDeviceCodes, type DeviceCodes } from './device-codes.ts';
import { createDirectory, type Directory, type TestAccount } from './directory.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import { createTokenRegistry, type TokenFamily, type TokenRegistry } from './token-registry.ts';
import { createTroubleQueue, type TroubleQueue } from './trouble-queue.ts';

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

/** @throws {ConfigurationError} naming an option that is unknown */
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

/** @throws if there is no such account; without a username, the first */
export function accountOf({ directory }: Realm, username: string | undefined): TestAccount {
  const account = directory.account(username);
  if (!account)
    throw new Error(`The simulated tenant has no account "${username}". Name one of its \`accounts\`.`);
  return account;
}
