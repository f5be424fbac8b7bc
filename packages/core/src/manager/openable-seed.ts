import { need } from '../check-option.ts';
import type { TokenBackend } from '../contract/token-backend.ts';
import type { TokenProvider } from '../contract/token-provider.ts';
import type { SeedInUse } from '../renewal/renewal-context.ts';
import type { InTime } from '../seed/seed.ts';
import type { SetupWarning } from './backend-fit.ts';

/** A credential to begin with. Made by {@link seedFrom}. */
export interface Seed {
  /** Where it is read from. */
  readonly backend: TokenBackend;
}

/** @throws {ConfigurationError} when this provider has no use for a seed */
export function needRedeemer({ refresh }: TokenProvider): void {
  need(refresh, 'seed', 'brings a refresh token, and this provider redeems none. Leave `seed` out.');
}

/** What the manager does with a seed. The code comes with the seed, so programs without one do not carry it. */
export interface OpenableSeed extends Seed {
  /** @throws {ConfigurationError} when a seed in front of this backend, for this provider, could do nothing */
  check(provider: TokenProvider, backend: TokenBackend | Seed): void;
  /**
   * @param onWatchFault - hears of a `watch` that failed, as a clause
   * @param inTime - waits for a load of the seed, as long as one may wait for a store
   */
  open(recordKey: Promise<string>, onWatchFault: (what: string) => void, inTime: InTime): SeedInUse;
  /** Where records go if the seed stands for the backend, and what an operator should know of that. */
  standIn(): { backend: TokenBackend; warning: SetupWarning };
}

export function isSeed(value: unknown): value is OpenableSeed {
  return typeof (value as OpenableSeed | undefined)?.open === 'function';
}
