import { abortable } from '../abortable.ts';
import { need } from '../check-option.ts';
import type { TokenSet } from '../contract/token-provider.ts';
import { TokenBackendError } from '../errors/token-backend-error.ts';
import { TokenEndpointError } from '../errors/token-endpoint-error.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import { relationOf } from '../record/record-relation.ts';
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
    signedInRecord({ account, scope, received, now, seedId }, [stored, memory.newest], newId),
  );
  emit({ type: 'signed_in' });
}

/**
 * Leaves a tombstone, so that no process that still holds the tokens brings them back, and nothing else: what the store
 * keeps behind is erased. Then revokes. A sign-out that is stored stands, whatever fails after that.
 */
export async function signOut(parts: SignInParts, revoke: boolean): Promise<void> {
  const { clock, account, newId, provider, memory, emit } = parts;
  need(
    !revoke || provider.revoke,
    'revoke',
    'needs a provider that knows a revocation endpoint. Sign out without it.',
  );
  const now = clock.now();
  const seedId = await presentSeed(parts);
  let ended: CredentialRecord | undefined;
  let tombstone: CredentialRecord | undefined;
  const replaced = replace(parts, (stored) => {
    ended = newerOf(parts, stored);
    const signOut = { account, now, seedId, revokeLate: revoke };
    tombstone = signedOutRecord(signOut, [stored, memory.newest], newId);
    return tombstone;
  });
  const notErased = await replaced.catch((error: unknown) => unlessStored(parts, tombstone?.family, error));
  emit({ type: 'signed_out' });
  if (revoke && ended) await revokeTokens(parts, ended);
  if (notErased) throw notErased;
}

/** The session that ends: of a store that lost something, the one that is known here. */
function newerOf(
  { memory, store }: Pick<RenewalContext, 'memory' | 'store'>,
  stored: CredentialRecord | undefined,
): CredentialRecord | undefined {
  const isLost = !stored || relationOf(stored, memory.newest, store.durable) === 'went_back';
  return isLost ? memory.newest : stored;
}

/** Resolves to the error if the tombstone is stored all the same, and memory holds it then; otherwise throws it. */
async function unlessStored(
  { memory, store }: Pick<RenewalContext, 'memory' | 'store'>,
  family: string | undefined,
  error: unknown,
): Promise<unknown> {
  // Nothing was to be saved yet.
  if (family === undefined) throw error;
  const { record } = await store.load().catch(() => ({ record: undefined }));
  if (!record || record.family !== family) throw error;
  memory.adopt(record);
  return error;
}

/** The seed that is there now belongs to what is being replaced. A sign-in goes on without one that cannot be read. */
async function presentSeed({ seed }: Pick<RenewalContext, 'seed'>): Promise<string | undefined> {
  return (await seed?.read().catch(() => undefined))?.id;
}

async function replace(
  home: RecordHome,
  next: (stored: CredentialRecord | undefined) => CredentialRecord,
): Promise<void> {
  const erasing = { load: () => loadOrDamaged(home), eraseOlder: true };
  await updateRecord(home, next, erasing);
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
    const revoke = async () =>
      provider.revoke?.({ refreshToken, accessToken }, { scopes: provider.scopes, signal });
    await abortable(revoke(), signal);
  } catch (error) {
    if (error === signal.reason) throw new TokenEndpointError({ code: 'timeout' });
    throw endpointFault(error, ended);
  }
}

/** For tokens that arrived after a sign-out: no caller waits for the revocation. */
export function revokeQuietly(parts: RevokeParts, record: CredentialRecord): void {
  revokeTokens(parts, record).catch(() => undefined);
}
