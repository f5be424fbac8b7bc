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
  /** Whether it tells when a refresh token ends. Without: that is code of the operator's, here of the starter. */
  keepsBooks?: boolean;
  /** Whether a token that has been revoked no longer works. Without: it cannot revoke. */
  revokes: boolean;
}

/** Those that npm installs. */
export const TRAITS = {
  'oidc-provider': {
    signIns: ['browser', 'device'],
    profile: profiles.oidcProvider,
    keepsBooks: true,
    signInParameters: { prompt: 'consent' },
    revokes: true,
  },
  'better-auth': {
    signIns: ['browser', 'device'],
    profile: profiles.betterAuth,
    keepsBooks: true,
    revokes: true,
  },
  'workers-oauth-provider': {
    signIns: ['browser'],
    profile: profiles.workersOAuthProvider,
    keepsBooks: true,
    revokes: true,
  },
  'jmondi-oauth2-server': { signIns: ['browser'], profile: profiles.jmondiOAuth2Server, revokes: true },
  'node-oauth2-server': { signIns: ['browser'], profile: profiles.nodeOAuth2Server, revokes: false },
} as const satisfies Record<string, Traits>;

/** Beside these, `atproto-oauth-provider` is started: nobody can sign in there without proofs of possession. */
export type RealServerName = keyof typeof TRAITS | 'atproto-oauth-provider';
