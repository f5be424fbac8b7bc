import type { ProviderProfile } from '@everbearer/core/contract';
import { profiles } from '@everbearer/providers/oauth2';

/** What is true of a server as its starter sets it up, beside what it tells. */
export interface Traits {
  /** How people sign in there. */
  signIns: readonly ('browser' | 'device')[];
  /** What `oauth2()` is told about its refresh tokens. */
  profile: ProviderProfile;
  /** Parameters of the authorization request without which it gives no refresh token. */
  signInParameters?: Readonly<Record<string, string>>;
  /** Whether a token that has been revoked no longer works. Without: it cannot revoke. */
  revokes: boolean;
  /** The whole days that a refresh token lives when it is new. Unknown where the operator's own code decides. */
  days?: number;
}

/** Those that npm installs. */
export const TRAITS = {
  'oidc-provider': {
    signIns: ['browser', 'device'],
    profile: profiles.unknown,
    signInParameters: { prompt: 'consent' },
    revokes: true,
    days: 14,
  },
  'better-auth': { signIns: ['browser', 'device'], profile: profiles.unknown, revokes: true, days: 30 },
  'workers-oauth-provider': { signIns: ['browser'], profile: profiles.unknown, revokes: true, days: 30 },
  'jmondi-oauth2-server': { signIns: ['browser'], profile: profiles.unknown, revokes: true },
  'node-oauth2-server': { signIns: ['browser'], profile: profiles.unknown, revokes: false },
} as const satisfies Record<string, Traits>;

/** Beside these, `atproto-oauth-provider` is started: nobody can sign in there without proofs of possession. */
export type RealServerName = keyof typeof TRAITS | 'atproto-oauth-provider';
