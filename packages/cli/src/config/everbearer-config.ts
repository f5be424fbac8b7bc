import type { TokenBackend, TokenProvider } from '@everbearer/core/contract';
import type { MicrosoftOptions } from '@everbearer/providers/microsoft';
import type { OAuth2Options, ProfileName } from '@everbearer/providers/oauth2';

/**
 * Where a value is that does not belong into a configuration file: in an environment variable, or in a file, of which the
 * line break at the end is left out.
 */
export type ValueElsewhere = { env: string } | { file: string };

/** Microsoft Entra ID: the options of `microsoft()` that can be written down. */
export interface MicrosoftDescription
  extends Pick<
    MicrosoftOptions,
    'tenantId' | 'clientId' | 'scopes' | 'grant' | 'cloud' | 'authority' | 'endpoints'
  > {
  /** Which provider this describes. */
  kind: 'microsoft';
  /** Where the client secret is. Default: none, a public client. */
  clientSecret?: ValueElsewhere | undefined;
}

/** Any OAuth 2.0 authorization server: the options of `oauth2()` that can be written down. */
export interface OAuth2Description
  extends Pick<
    OAuth2Options,
    | 'issuer'
    | 'tokenEndpoint'
    | 'clientId'
    | 'scopes'
    | 'grant'
    | 'deviceAuthorizationEndpoint'
    | 'authorizationEndpoint'
    | 'revocationEndpoint'
    | 'tokenParameters'
  > {
  /** Which provider this describes. */
  kind: 'oauth2';
  /** Where the client secret is. Default: none, a public client. */
  clientSecret?: ValueElsewhere | undefined;
  /** How the client secret is sent. Default `client_secret_basic`. */
  clientSecretMethod?: 'client_secret_basic' | 'client_secret_post' | undefined;
  /** What the server does with refresh tokens, by the name of a profile. Default `unknown`: they are single-use. */
  profile?: ProfileName | undefined;
}

/** How tokens are obtained, as data. */
export type ProviderDescription = MicrosoftDescription | OAuth2Description;

/** A directory of this machine. */
export interface FileDescription {
  /** Which backend this describes. */
  kind: 'file';
  /** The directory; relative to the folder of the configuration file. Default: that of `fileBackend()`. */
  directory?: string | undefined;
}

/** A Redis server. Needs the package `redis`. */
export interface RedisDescription {
  /** Which backend this describes. */
  kind: 'redis';
  /** Address of the server. With a password in it, say where it stands: `{ env: 'REDIS_URL' }`. */
  url: string | ValueElsewhere;
  /** What keys begin with. Default: that of `redisBackend()`. */
  prefix?: string | undefined;
  /** Whether the server keeps what it has through a restart. Default false. */
  durable?: boolean | undefined;
}

/** This process alone: for grants that need no sign-in. */
export interface MemoryDescription {
  /** Which backend this describes. */
  kind: 'memory';
}

/** Where tokens are kept, as data. */
export type BackendDescription = FileDescription | RedisDescription | MemoryDescription;

/** A credential to begin with: an environment variable, or a mounted file or directory. */
export type SeedDescription = { kind: 'env'; name: string } | { kind: 'secret'; path: string };

/** One account. */
export interface AccountDescription {
  /** Whose tokens these are, in your words. */
  name: string;
  /** The credential that it begins with. Default: none. */
  seed?: SeedDescription | undefined;
}

/** One description of a set-up, for the command line and for programs: what `everbearer.config.ts` exports by default. */
export interface EverbearerConfig {
  /** How tokens are obtained: as data, or a function that makes a provider, called when one is needed. */
  provider: ProviderDescription | (() => TokenProvider | Promise<TokenProvider>);
  /** Where they are kept: as data, or a function that makes a backend. Default `{ kind: 'file' }`. */
  backend?: BackendDescription | (() => TokenBackend | Promise<TokenBackend>) | undefined;
  /** The credential that the account begins with, where there is one account. Default: none. */
  seed?: SeedDescription | undefined;
  /** The accounts, the first of which is meant where none is named. Default `['default']`. */
  accounts?: readonly (string | AccountDescription)[] | undefined;
  /** Where requests may bear the token: scheme, host and port. Default at Entra: Microsoft Graph; else none. */
  origins?: readonly string[] | undefined;
}

/** Gives the configuration back, so that an editor knows its members. */
export function defineConfig(config: EverbearerConfig): EverbearerConfig {
  return config;
}
