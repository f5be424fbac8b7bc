import { abortable } from '../abortable.ts';
import { need } from '../check-option.ts';
import type { TokenSet } from '../contract/token-provider.ts';
import { EndpointFailure } from '../errors/endpoint-failure.ts';
import { TokenBackendError } from '../errors/token-backend-error.ts';
import type { Happening } from '../events.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import type { ReceivedTokens } from '../record/received-tokens.ts';
import { relationOf } from '../record/record-relation.ts';
import type { StoredRecord } from '../record/record-store.ts';
import { consentedRecord, signedInRecord, signedOutRecord } from '../record/record-transitions.ts';
import { sessionToKeep } from '../record/session-to-keep.ts';
import { updateRecord } from '../record/update-record.ts';
import { endpointFault } from '../renewal/endpoint-fault.ts';
import { warnOfNarrowing } from '../renewal/narrowed-scopes.ts';
import type { RenewalContext } from '../renewal/renewal-context.ts';
import { receiveFromCaller } from './receive-from-caller.ts';

type SignInParts = Pick<
  RenewalContext,
  'clock' | 'account' | 'newId' | 'provider' | 'memory' | 'emit' | 'repair' | 'seed' | 'store' | 'timing'
>;

/**
 * Replaces what is stored by a new family. A second consent of the same user that brought no refresh token goes on with the
 * stored one instead. A person waits for this, so a store that fails is said at once.
 */
export async function signIn(parts: SignInParts, scope: string, tokens: TokenSet): Promise<void> {
  const { clock, account, newId, provider, memory, emit } = parts;
  const received = receiveFromCaller(tokens, clock.now(), provider);
  const now = clock.now();
  const seedId = await presentSeed(parts);
  const signIn = { account, scope, received, now, seedId };
  let isKept = false;
  const next: Next = (stored, found) => {
    const going = recordToGoOn(parts, found, received);
    isKept = going !== undefined;
    return going ? consentedRecord(going, signIn) : signedInRecord(signIn, [stored, memory.newest], newId);
  };
  await updateRecord(parts, next, () => loadOrDamaged(parts));
  if (provider.refresh && !provider.acquire && received.refreshToken === undefined)
    emit(withoutRefreshToken(isKept));
  warnOfNarrowing(parts, undefined, received);
  emit({ type: 'signed_in' }, received.access?.token);
}

/** What follows on the record that stands there. */
type Next = (stored: CredentialRecord | undefined, found: StoredRecord) => CredentialRecord;

/** Made where it is told: bundlers keep a text that is put together as the module is loaded. */
function withoutRefreshToken(isKept: boolean): Happening {
  const becomes = isKept
    ? '. The stored one is of the same user and was kept. For a new one: ask'
    : ', so it ends with its access token. Ask';
  return {
    type: 'warning',
    code: isKept ? 'refresh_token_kept' : 'no_refresh_token',
    message: `The sign-in brought no refresh token${becomes} for the scope offline_access, or its equivalent; at Google with \`prompt: 'consent', access_type: 'offline'\`.`,
  };
}

/**
 * The record of the session to go on with. What the store had lost is put back as after any other loss: another process may
 * know something newer than this one, or than the older version behind damage.
 */
function recordToGoOn(
  { memory: { newest }, store, provider, repair }: SignInParts,
  { record: stored, deleted, recovered }: StoredRecord,
  received: ReceivedTokens,
): CredentialRecord | undefined {
  const durable = store.durable || deleted;
  const kept = provider.refresh && sessionToKeep({ stored, known: newest, received, durable });
  return kept && (kept.isLost || recovered) ? repair.putBack(kept.record) : kept?.record;
}

/**
 * Stores a tombstone, so that no process that still holds the tokens brings them back, and erases everything else, older
 * copies in the store included. Then revokes. A sign-out that is stored stands, whatever fails after that.
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
  const next: Next = (stored) => {
    ended = newerOf(parts, stored);
    const signOut = { account, now, seedId, revokeLate: revoke };
    tombstone = signedOutRecord(signOut, [stored, memory.newest], newId);
    return tombstone;
  };
  const notErased = await updateRecord(parts, next, () => loadOrDamaged(parts)).then(
    () => undefined,
    (error: unknown) => unlessStored(parts, tombstone?.family, error),
  );
  emit({ type: 'signed_out' });
  if (revoke && ended) await revokeTokens(parts, ended);
  if (notErased) throw notErased;
}

/** The session that ends: where the store lost something, the one that is known here. */
function newerOf(
  { memory, store }: Pick<RenewalContext, 'memory' | 'store'>,
  stored: CredentialRecord | undefined,
): CredentialRecord | undefined {
  const isLost = !stored || relationOf(stored, memory.newest, store.durable) === 'went_back';
  return isLost ? memory.newest : stored;
}

/**
 * Resolves to the error if the tombstone was stored in spite of it, and memory holds the tombstone then. Otherwise throws
 * the error.
 */
async function unlessStored(
  { memory, store }: Pick<RenewalContext, 'memory' | 'store'>,
  family: string | undefined,
  error: unknown,
): Promise<unknown> {
  // There was nothing to save yet.
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

/** A sign-in replaces a damaged record. Of what stood there, only what this process knows is left. */
async function loadOrDamaged({
  store,
  memory,
}: Pick<SignInParts, 'store' | 'memory'>): Promise<StoredRecord> {
  try {
    return await store.load();
  } catch (error) {
    const version = error instanceof TokenBackendError ? error.version : undefined;
    if (version === undefined) throw error;
    return { record: memory.known, version, recovered: true, deleted: false };
  }
}

type RevokeParts = Pick<RenewalContext, 'provider' | 'timing'>;

/** @throws {TokenEndpointError} when the server did not confirm; the sign-out itself stands */
async function revokeTokens({ provider, timing }: RevokeParts, ended: CredentialRecord): Promise<void> {
  const { refreshToken, dpopKey } = ended.grant;
  const [accessToken, ...others] = Object.values(ended.accessTokens).map(({ token }) => token);
  const context = { scopes: provider.scopes, signal: AbortSignal.timeout(timing.requestTimeoutMs) };
  const { signal } = context;
  const revoke = async () => {
    await provider.revoke?.({ refreshToken, accessToken, dpopKey }, context);
    for (const other of others) await provider.revoke?.({ accessToken: other, dpopKey }, context);
  };
  try {
    await abortable(revoke(), signal);
  } catch (error) {
    if (error === signal.reason) throw new EndpointFailure({ code: 'timeout' });
    throw endpointFault(error, ended);
  }
}

/** For tokens that arrived after a sign-out: no caller waits for the revocation. */
export function revokeQuietly(parts: RevokeParts, record: CredentialRecord): void {
  revokeTokens(parts, record).catch(() => undefined);
}
