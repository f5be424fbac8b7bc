import { need } from '../check-option.ts';
import type { TokenSet } from '../contract/token-provider.ts';
import { TokenBackendError } from '../errors/token-backend-error.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import type { StoredRecord } from '../record/record-store.ts';
import { signedInRecord, signedOutRecord } from '../record/record-transitions.ts';
import { type RecordHome, updateRecord } from '../record/update-record.ts';
import { endpointFault } from '../renewal/endpoint-fault.ts';
import type { RenewalContext } from '../renewal/renewal-context.ts';
import { receiveFromCaller } from './receive-from-caller.ts';

type SignInParts = Pick<
  RenewalContext,
  'clock' | 'account' | 'newId' | 'provider' | 'memory' | 'emit' | 'seed' | 'store' | 'timing'
>;

/** Replaces whatever is stored by a new family. A person waits for this, so a store that fails is said at once. */
export async function signIn(parts: SignInParts, scope: string, tokens: TokenSet): Promise<void> {
  const { clock, account, newId, provider, memory, emit } = parts;
  const received = receiveFromCaller(tokens, clock.now());
  if (provider.refresh && received.refreshToken === undefined && !provider.acquire) {
    emit({
      type: 'warning',
      code: 'no_refresh_token',
      message:
        'The sign-in brought no refresh token, so it ends with its access token. Ask for the scope offline_access, or its equivalent.',
    });
  }
  const now = clock.now();
  const seedId = await presentSeed(parts);
  await replace(parts, (stored) =>
    signedInRecord({ account, scope, received, now, seedId }, [stored, memory.known], newId),
  );
  emit({ type: 'signed_in' });
}

/** Leaves a tombstone, so that no process that still holds the tokens brings them back; then revokes. */
export async function signOut(parts: SignInParts, revoke: boolean): Promise<void> {
  const { clock, account, newId, provider, memory, emit } = parts;
  need(
    !revoke || provider.revoke,
    'revoke',
    'needs a provider that knows a revocation endpoint. Sign out without it.',
  );
  const now = clock.now();
  const seedId = await presentSeed(parts);
  let ended: CredentialRecord | undefined = memory.known;
  await replace(parts, (stored) => {
    if (stored) ended = stored;
    return signedOutRecord({ account, now, seedId, revokeLate: revoke }, [stored, memory.known], newId);
  });
  emit({ type: 'signed_out' });
  if (revoke && ended) await revokeTokens(parts, ended);
}

/** The seed that is there now belongs to what is being replaced. A sign-in goes on without one that cannot be read. */
async function presentSeed({ seed }: Pick<RenewalContext, 'seed'>): Promise<string | undefined> {
  return (await seed?.read().catch(() => undefined))?.id;
}

async function replace(
  home: RecordHome,
  next: (stored: CredentialRecord | undefined) => CredentialRecord,
): Promise<void> {
  await updateRecord(home, next, () => loadOrDamaged(home));
}

/** A sign-in replaces a damaged record: of that, only the version is needed. */
async function loadOrDamaged({ store }: RecordHome): Promise<Pick<StoredRecord, 'record' | 'version'>> {
  try {
    return await store.load();
  } catch (error) {
    const version = error instanceof TokenBackendError ? error.version : undefined;
    if (version === undefined) throw error;
    return { record: undefined, version };
  }
}

type RevokeParts = Pick<RenewalContext, 'provider' | 'timing'>;

/** @throws {TokenEndpointError} when the server did not confirm; the sign-out itself stands */
async function revokeTokens({ provider, timing }: RevokeParts, ended: CredentialRecord): Promise<void> {
  const { refreshToken } = ended.grant;
  const accessToken = Object.values(ended.accessTokens)[0]?.token;
  const signal = AbortSignal.timeout(timing.requestTimeoutMs);
  try {
    await provider.revoke?.({ refreshToken, accessToken }, { scopes: provider.scopes, signal });
  } catch (error) {
    throw endpointFault(error, ended);
  }
}

/** For tokens that arrived after a sign-out: no caller waits for the revocation. */
export function revokeQuietly(parts: RevokeParts, record: CredentialRecord): void {
  revokeTokens(parts, record).catch(() => undefined);
}
