import type { TokenBackend } from '../contract/token-backend.ts';
import type { TokenProvider } from '../contract/token-provider.ts';
import { ConfigurationError } from '../errors/configuration-error.ts';
import { type AuthEventListener, type EventSubject, emit, type WarningCode } from '../events.ts';
import { oldTokensDie } from '../renewal/old-tokens-die.ts';
import { tracer } from '../tracer.ts';

/**
 * A rotating refresh token in a store that cannot keep it is a session that dies; better to say so at once.
 * @throws {ConfigurationError} with the reason, and what to use instead
 */
export function refuseUnsafeRotation(
  provider: TokenProvider,
  { capabilities: { cas, writable } }: TokenBackend,
  accepted: boolean,
): void {
  const lacks = writable ? 'cannot compare before it saves' : 'is read-only';
  const remedy = writable ? 'Use' : 'Give it as `seed`, in front of';
  if (!provider.refresh || !oldTokensDie(provider) || accepted || (writable && cas !== 'none')) return;
  throw new ConfigurationError({
    option: 'backend',
    message: `The provider's refresh tokens are single-use, and \`backend\` ${lacks}: the first renewal would lose the session. ${remedy} a backend that keeps rotations (fileBackend, redisBackend, defineBackend), or accept the loss with \`acceptLostRotations: true\`.`,
  });
}

export interface SetupWarning {
  code: WarningCode;
  message: string;
}

/** What a writable backend does not promise, in words for an operator. Who needs no sign-in loses nothing by a restart. */
export function setupWarning(
  { acquire }: TokenProvider,
  { capabilities: { durable } }: TokenBackend,
): SetupWarning | undefined {
  return durable || acquire ? undefined : NOT_DURABLE;
}

const NOT_DURABLE: SetupWarning = {
  code: 'not_durable',
  message: 'The backend is not durable: a restart loses the tokens and needs a sign-in.',
};

/** Says it once, after the caller has the manager in hand. */
export function announce({
  warning,
  warn,
}: {
  readonly warning: SetupWarning | undefined;
  warn(warning: SetupWarning): void;
}): void {
  if (warning) queueMicrotask(() => warn(warning));
}

/** What is wrong with the set-up, each thing said once: for all accounts, where there are many. */
export function warnOnce(
  onEvent: AuthEventListener | undefined,
  subject: EventSubject,
): (warning: SetupWarning) => void {
  if (!onEvent && !tracer) return () => undefined;
  const said = new Set<string>();
  return (warning) => {
    if (said.has(warning.message)) return;
    said.add(warning.message);
    emit(onEvent, { type: 'warning', ...warning, ...subject });
  };
}
