import type { ProviderProfile } from '@everbearer/core/contract';
import { profiles, type RefusalReading, refusals } from '@everbearer/providers/oauth2';

/** What is true of a server as its starter sets it up, beside what it tells. */
export interface Traits {
  /** Which of two package managers brings it. */
  from: 'npm' | 'debian';
  /** How people sign in there. */
  signIns: readonly ('browser' | 'device')[];
  /** What `oauth2()` is told about its refresh tokens. */
  profile: ProviderProfile;
  /** What `oauth2()` is told about its refusals, where they say too little. */
  refusal?: RefusalReading;
  /** Parameters of the authorization request without which it gives no refresh token. */
  signInParameters?: Readonly<Record<string, string>>;
  /** Of which clients' refresh tokens it tells when they end. Without: that is code of the operator's, here of the starter. */
  keepsBooks?: readonly ('none' | 'client_secret_basic')[];
  /** Whether a wrong secret can be told from a dead refresh token. Default true. */
  namesWrongSecret?: boolean;
  /** Whether it binds tokens to a key (DPoP). Default false. */
  binds?: boolean;
  /** Whether a token that has been revoked no longer works. Without: it cannot revoke. */
  revokes: boolean;
}

const TRAITS = {
  'oidc-provider': {
    from: 'npm',
    signIns: ['browser', 'device'],
    profile: profiles.oidcProvider,
    keepsBooks: ['none', 'client_secret_basic'],
    binds: true,
    revokes: true,
  },
  'better-auth': {
    from: 'npm',
    signIns: ['browser', 'device'],
    profile: profiles.betterAuth,
    keepsBooks: ['none', 'client_secret_basic'],
    revokes: true,
  },
  'workers-oauth-provider': {
    from: 'npm',
    signIns: ['browser'],
    profile: profiles.workersOAuthProvider,
    keepsBooks: ['none', 'client_secret_basic'],
    revokes: true,
  },
  'jmondi-oauth2-server': {
    from: 'npm',
    signIns: ['browser'],
    profile: profiles.jmondiOAuth2Server,
    revokes: true,
  },
  'node-oauth2-server': {
    from: 'npm',
    signIns: ['browser'],
    profile: profiles.nodeOAuth2Server,
    revokes: false,
  },
  glewlwyd: {
    from: 'debian',
    signIns: ['browser', 'device'],
    profile: profiles.glewlwyd,
    refusal: refusals.glewlwyd,
    signInParameters: { g_continue: 'yes' },
    keepsBooks: ['client_secret_basic'],
    namesWrongSecret: false,
    revokes: true,
  },
  'lemonldap-ng': {
    from: 'debian',
    signIns: ['browser'],
    profile: profiles.lemonldapNg,
    refusal: refusals.lemonldapNg,
    revokes: false,
  },
  doorkeeper: { from: 'debian', signIns: ['browser'], profile: profiles.doorkeeper, revokes: true },
  'django-oauth-toolkit': {
    from: 'debian',
    signIns: ['browser'],
    profile: profiles.djangoOAuthToolkit,
    revokes: true,
  },
  authlib: { from: 'debian', signIns: ['browser', 'device'], profile: profiles.authlib, revokes: true },
} as const satisfies Record<string, Traits>;

export type RealServerName = keyof typeof TRAITS;

export function traitsOf(name: RealServerName): Traits {
  return TRAITS[name];
}

/** Those that npm has, and with `npm run test:servers` those of Debian as well. */
export function serversToTest(): RealServerName[] {
  const all = Object.keys(TRAITS) as RealServerName[];
  const isWanted = ({ from }: Traits) => from === 'npm' || process.env['EVERBEARER_DEBIAN_SERVERS'] === 'yes';
  return all.filter((name) => isWanted(TRAITS[name]));
}
