import type { TokenBackend } from '../contract/token-backend.ts';
import type { TokenProvider } from '../contract/token-provider.ts';
import type { SeedInUse } from '../renewal/renewal-context.ts';
import type { SetupWarning } from './backend-fit.ts';

/** A credential to begin with. Made by {@link seedFrom}. */
export interface Seed {
  /** Where it is read from. */
  readonly backend: TokenBackend;
}

/** What the manager does with a seed. The code comes with the seed, so programs without one do not carry it. */
export interface OpenableSeed extends Seed {
  /** @throws {ConfigurationError} when a seed in front of this backend, for this provider, could do nothing */
  check(provider: TokenProvider, backend: TokenBackend | Seed): void;
  open(recordKey: Promise<string>): SeedInUse;
  /** Where records go if the seed stands for the backend, and what an operator should know of that. */
  standIn(): { backend: TokenBackend; warning: SetupWarning };
}

export function isSeed(value: unknown): value is OpenableSeed {
  return typeof (value as OpenableSeed | undefined)?.open === 'function';
}
