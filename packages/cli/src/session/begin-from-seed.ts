import type { Session } from './with-accounts.ts';

/**
 * Where an account has no session and a seed, the seed becomes one: also a Secret that somebody replaced after the session
 * had died. Where nobody else calls, nothing else would take it up. A seed that was refused is not sent again. What went
 * wrong is told as an event, and the next look tries again.
 */
export async function beginFromSeed(
  { accounts, setup }: Pick<Session, 'accounts' | 'setup'>,
  account: string,
  signal: AbortSignal,
): Promise<void> {
  if (!setup.seed?.(account)) return;
  const manager = accounts.for(account);
  const begin = async () => {
    const { state, reason } = await manager.status();
    // A server that wants a person for this very refresh token would be asked each time.
    if (state !== 'reauthorization_required' || reason === 'interaction_required') return;
    // An access token of the dead session may still be in hand, and getToken() would be content with it.
    await manager.renew({ signal });
  };
  await begin().catch(() => undefined);
}
