import { need } from '../check-option.ts';
import type { TokenBackend } from '../contract/token-backend.ts';
import type { SeedInUse } from '../renewal/renewal-context.ts';
import { importSeed } from '../renewal/seed-import.ts';
import { openSeed } from '../seed/seed.ts';

/** A credential to begin with. Made by {@link seedFrom}. */
export interface Seed {
  /** Where it is read from. */
  readonly backend: TokenBackend;
}

/** What the manager does with a seed. */
export interface OpenableSeed extends Seed {
  open(recordKey: Promise<string>): SeedInUse;
}

/**
 * A seed for `createTokenManager()` and `createAccounts()`: a refresh token, a token response as JSON, or base64 of such
 * JSON, read from a backend that is never written to.
 *
 * @param backend - `envBackend(…)`, `secretBackend(…)`, or any object with the `load` of a backend
 * @throws {ConfigurationError} when the backend cannot be read
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function seedFrom(backend: TokenBackend): Seed {
  need(
    typeof backend?.load === 'function',
    'seed',
    'seedFrom() needs a backend to read from: envBackend(…) or secretBackend(…).',
  );
  const seed: OpenableSeed = {
    backend,
    open: (recordKey) => Object.assign(openSeed(backend, recordKey), { importSeed }),
  };
  return seed;
}
