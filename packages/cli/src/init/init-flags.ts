import type { SetupFlags } from '../config/overrides.ts';

/** What the flags of `everbearer init` say. */
export interface InitFlags extends SetupFlags {
  deviceEndpoint?: string | undefined;
  authorizationEndpoint?: string | undefined;
  secretEnv?: string | undefined;
  secretFile?: string | undefined;
  backend?: string | undefined;
  redisEnv?: string | undefined;
  redisDurable?: boolean | undefined;
  accounts?: readonly string[] | undefined;
}
