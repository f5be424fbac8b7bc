import { need } from '../check-option.ts';
import type { TokenBackend } from '../contract/token-backend.ts';
import type { TokenProvider } from '../contract/token-provider.ts';
import { volatileBackend } from '../contract/volatile-backend.ts';
import { importSeed } from '../renewal/seed-import.ts';
import { openSeed } from '../seed/seed.ts';
import type { SetupWarning } from './backend-fit.ts';
import { isSeed, needRedeemer, type OpenableSeed, type Seed } from './openable-seed.ts';

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
    'backend',
    'must be a backend that can be read: envBackend(…) or secretBackend(…).',
  );
  const seed: OpenableSeed = {
    backend,
    check: checkUse,
    open: (...where) => Object.assign(openSeed(backend, ...where), { importSeed }),
    standIn: () => ({ backend: volatileBackend(), warning: READ_ONLY }),
  };
  return seed;
}

const READ_ONLY: SetupWarning = {
  code: 'read_only',
  message:
    'The backend is read-only: renewals live in this process, and a restart begins again with the refresh token there, which expires some day. Give it as `seed`, in front of a backend that can be written.',
};

function checkUse(provider: TokenProvider, backend: TokenBackend | Seed): void {
  need(
    !isSeed(backend),
    'seed',
    'does nothing where `backend` is a seed itself. Leave `seed` out, or use a `backend` that can be written.',
  );
  needRedeemer(provider);
}
