import { type AuthEvent, type AuthEventListener, type EventWithout, emit, fingerprintOf } from '../events.ts';
import type { TokenSource } from '../token.ts';
import { tracer } from '../tracer.ts';
import type { OutgoingRequest } from './attempt.ts';
import type { TokenSourceLike } from './guard-options.ts';
import { originForMessage } from './origins.ts';

/** An event about a request, without the members that `Tell` adds. */
export type EdgeHappening = EventWithout<
  Extract<AuthEvent, { origin: string }>,
  'account' | 'provider' | 'fingerprint' | 'origin'
>;

/**
 * Tells the listener of a request, and of the token it is about. As long as no source was picked, `source` is the function that
 * picks one.
 */
export type Tell = (
  happening: EdgeHappening,
  about: { readonly attempt: OutgoingRequest; readonly source: TokenSourceLike; readonly token?: string },
) => void;

/** Undefined without a listener, so that no event is made that nobody would get. */
export function createTell(onEvent: AuthEventListener | undefined): Tell | undefined {
  if (!onEvent && !tracer) return undefined;
  return (happening, { attempt, source, token }) => {
    const { auth } = attempt.call;
    const { account, provider, fingerprint } = source as Partial<TokenSource>;
    emit(onEvent, {
      ...happening,
      origin: originForMessage(attempt.url),
      account: account ?? (auth || undefined)?.account,
      provider,
      fingerprint: fingerprintOf(token, fingerprint),
    });
  };
}
