import { type AuthEventListener, emit } from '../events.ts';
import type { TokenBackend } from '../contract/token-backend.ts';

/** What a backend cannot promise, in words for an operator. */
export function setupWarnings({ capabilities: { durable, writable } }: TokenBackend): string[] {
  if (!writable) {
    return [
      'The backend is read-only: what renewals bring lives in this process, and a restart begins again with the refresh token stored there, which ends some day. Give it as `seed`, in front of a backend that can be written.',
    ];
  }
  if (durable) return [];
  return ['The backend is not durable: a restart loses the tokens and asks for a new sign-in.'];
}

/** Says it once, when whoever creates the manager has it in hand. */
export function announce(backend: TokenBackend, onEvent: AuthEventListener | undefined): void {
  for (const message of setupWarnings(backend)) {
    queueMicrotask(() => emit(onEvent, { type: 'warning', message }));
  }
}
