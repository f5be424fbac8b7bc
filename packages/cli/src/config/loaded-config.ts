import type { Seed } from '@everbearer/core';
import type { TokenBackend, TokenProvider } from '@everbearer/core/contract';

/** Where the description is. */
export interface LoadConfigOptions {
  /** The file. Default: `EVERBEARER_CONFIG`, else the nearest `everbearer.config.ts`, `.js` or `.json` upwards. */
  config?: string | undefined;
  /** Where the search begins. Default: the working directory. */
  directory?: string | undefined;
  /** Variables that override the file. Default: those of the process. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** A set-up, ready for `createAccounts({ provider, backend, seed })`. */
export interface LoadedConfig {
  /** How tokens are obtained. */
  readonly provider: TokenProvider;
  /** Where they are kept. Whoever loads a configuration closes it: `await backend.close?.()`. */
  readonly backend: TokenBackend;
  /** The credential that an account begins with; undefined where none is described. */
  readonly seed: ((account: string) => Seed | undefined) | undefined;
  /** Names of the accounts; the first is meant where none is named. */
  readonly accounts: readonly string[];
  /** Where requests may bear the token. */
  readonly origins: readonly string[];
  /** The file; undefined where there was none. */
  readonly path: string | undefined;
}
