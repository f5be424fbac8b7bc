import type { TokenSet } from '../contract/token-provider.ts';
import { ConfigurationError } from '../errors/configuration-error.ts';
import { TokenBackendError } from '../errors/token-backend-error.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import type { StoredRecord } from '../record/record-store.ts';
import { signedInRecord, signedOutRecord } from '../record/record-transitions.ts';
import { endpointFault } from '../renewal/endpoint-fault.ts';
import type { RenewalContext } from '../renewal/renewal-context.ts';
import { receiveFromCaller } from './receive-from-caller.ts';

const MOST_CONFLICTS = 50;

/** Replaces whatever is stored by a new family. A person waits for this, so a store that fails is said at once. */
export async function signIn(context: RenewalContext, scope: string, tokens: TokenSet): Promise<void> {
  const { clock, account, newId, provider, memory, emit } = context;
  const received = receiveFromCaller(tokens, clock.now());
  if (provider.refresh && received.refreshToken === undefined && !provider.acquire) {
    emit({
      type: 'warning',
      code: 'no_refresh_token',
      message:
        'The sign-in brought no refresh token, so it ends with its access token. Ask for the scope offline_access, or what your provider calls it.',
    });
  }
  const now = clock.now();
  const seedId = await presentSeed(context);
  await replace(context, (stored) =>
    signedInRecord({ account, scope, received, now, seedId }, [stored, memory.known], newId),
  );
  emit({ type: 'signed_in' });
}

/** Leaves a tombstone, so that no process that still holds the tokens brings them back; then revokes. */
export async function signOut(context: RenewalContext, revoke: boolean): Promise<void> {
  const { clock, account, newId, provider, memory, emit } = context;
  if (revoke && !provider.revoke) {
    throw new ConfigurationError({
      option: 'revoke',
      message:
        'This provider cannot revoke tokens: it knows no revocation endpoint. Sign out without `revoke`.',
    });
  }
  const now = clock.now();
  const seedId = await presentSeed(context);
  let ended: CredentialRecord | undefined = memory.known;
  await replace(context, (stored) => {
    if (stored) ended = stored;
    return signedOutRecord(account, [stored, memory.known], { revokeLate: revoke, now, newId, seedId });
  });
  emit({ type: 'signed_out' });
  if (revoke && ended) await revokeOrSay(context, ended);
}

/** The seed that is there now belongs to what is being replaced. One that cannot be read is no obstacle. */
async function presentSeed({ seed }: RenewalContext): Promise<string | undefined> {
  return (await seed.read().catch(() => undefined))?.id;
}

async function replace(
  context: RenewalContext,
  next: (stored: CredentialRecord | undefined) => CredentialRecord,
): Promise<void> {
  for (let attempt = 0; attempt < MOST_CONFLICTS; attempt++) {
    const { record, version } = await loadOrDamaged(context);
    const saved = await context.store.save(next(record), version);
    if (!saved) continue;
    context.memory.adopt(saved);
    return;
  }
  throw new TokenBackendError({
    code: 'unavailable',
    message: 'The record changed with every try to replace it. Try again.',
  });
}

/** A damaged record is no obstacle to a new sign-in: its version is all that is needed. */
async function loadOrDamaged({ store }: RenewalContext): Promise<Pick<StoredRecord, 'record' | 'version'>> {
  try {
    return await store.load();
  } catch (error) {
    const replaceable =
      error instanceof TokenBackendError && error.code === 'damaged' && error.version !== undefined;
    if (!replaceable) throw error;
    return { record: undefined, version: error.version };
  }
}

async function revokeTokens({ provider, timing }: RenewalContext, { grant, accessTokens }: CredentialRecord) {
  const accessToken = Object.values(accessTokens)[0]?.token;
  const tokens: TokenSet = {
    ...(grant.refreshToken !== undefined && { refreshToken: grant.refreshToken }),
    ...(accessToken !== undefined && { accessToken }),
  };
  const signal = AbortSignal.timeout(timing.requestTimeoutMs);
  await provider.revoke?.(tokens, { scopes: provider.scopes, signal });
}

/** @throws {TokenEndpointError} when the server did not confirm; the sign-out itself stands */
async function revokeOrSay(context: RenewalContext, ended: CredentialRecord): Promise<void> {
  try {
    await revokeTokens(context, ended);
  } catch (error) {
    throw endpointFault(error, ended);
  }
}

/** For tokens that arrived after a sign-out: nobody waits for their end. */
export function revokeQuietly(context: RenewalContext, record: CredentialRecord): void {
  revokeTokens(context, record).catch(() => undefined);
}
