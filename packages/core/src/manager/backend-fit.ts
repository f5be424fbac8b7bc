import { ConfigurationError } from '../errors/auth-error.ts';
import type { TokenBackend } from '../contract/token-backend.ts';
import type { TokenProvider } from '../contract/token-provider.ts';

/**
 * A rotating refresh token in a store that cannot keep it is a session that dies; better to say so at once.
 * @throws {ConfigurationError} with the reason, and what to use instead
 */
export function refuseUnsafeRotation(
  { refresh, profile: { rotates, graceMs } }: TokenProvider,
  { capabilities: { cas, writable } }: TokenBackend,
  accepted: boolean,
): void {
  const oldTokensDie = rotates !== false && Number.isFinite(graceMs);
  if (!refresh || !oldTokensDie || accepted || (writable && cas !== 'none')) return;
  const lacks = writable ? 'cannot compare before it saves' : 'is read-only';
  const remedy = writable
    ? 'Use a backend that keeps rotations (fileBackend, redisBackend, defineBackend)'
    : 'Give it as `seed`, in front of a `backend` that keeps rotations (fileBackend, redisBackend, defineBackend)';
  throw new ConfigurationError(
    'backend',
    `The provider's refresh tokens are single-use, and \`backend\` ${lacks}: the first renewal would lose the session. ${remedy}, or accept the loss with \`ephemeralRotation: true\`.`,
  );
}
