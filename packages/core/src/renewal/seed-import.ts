import { ConfigurationError } from '../errors/configuration-error.ts';
import type { ReauthorizationReason } from '../errors/error-codes.ts';
import { ReauthorizationRequiredError } from '../errors/reauthorization-required-error.ts';
import { type CredentialRecord, rememberedSeeds, scopeOf } from '../record/credential-record.ts';
import { fingerprint } from '../record/digest.ts';
import { type ReceivedTokens, receivedFault, receiveTokens } from '../record/received-tokens.ts';
import { emptyRecord, signedInRecord } from '../record/record-transitions.ts';
import { isFinal } from '../record/refusal-of.ts';
import { type RecordHome, updateRecord } from '../record/update-record.ts';
import type { SeedCredential } from '../seed/seed.ts';
import type { Reconciled } from './reconcile.ts';
import { type RedeemParts, redeem } from './redeem.ts';
import { type AmendParts, amend, putOff, type Refused, reasonOf } from './refusal.ts';
import { PATIENT, PROMPT } from './refusal-table.ts';
import type { Flight, RenewalContext } from './renewal-context.ts';
import { type Leased, type LeaseParts, takeLease } from './take-lease.ts';
import { type PauseParts, withRefusal } from './with-refusal.ts';

type ImportParts = LeaseParts &
  RedeemParts &
  AmendParts &
  PauseParts &
  Pick<RenewalContext, 'account' | 'commits' | 'seed'>;

/** A seed under the lease that is to try it. */
interface Sown {
  seed: SeedCredential;
  leased: Leased;
  /** The family that begins with it: the same for each process that imports this seed here. */
  family: string;
  scope: string;
}

/**
 * Tries a seed that was not tried before, under the lease. It becomes the family only when its first redemption
 * succeeds; a dead one is remembered, and never displaces a living session.
 */
export async function importSeed(
  parts: ImportParts,
  flight: Flight,
  { record, version }: Pick<Reconciled, 'record' | 'version'>,
  seed: SeedCredential,
  tookOver: boolean,
): Promise<void> {
  const { account, clock, provider, newId } = parts;
  const scope = scopeOf(provider.scopes);
  const base = record ?? emptyRecord(account, newId, clock.now(), parts.memory.newest);
  const family = await fingerprint(`${base.family}\n${seed.id}`);
  const leased = await takeLease(parts, base, version, { scope, tookOver, family });
  if (!leased) return;
  const sown = { seed, leased, family, scope };
  const { refreshToken } = seed.tokens;
  if (refreshToken === undefined) await becomeFamily(parts, sown, receiveTokens(seed.tokens, clock.now()));
  else await redeemSeed(parts, flight, sown, refreshToken);
}

async function redeemSeed(
  parts: ImportParts,
  flight: Flight,
  sown: Sown,
  refreshToken: string,
): Promise<void> {
  const { clock, provider, newId, emit, repair } = parts;
  const { leased, family, scope } = sown;
  const renewalId = newId();
  emit({ type: 'renewal_started', renewalId, reason: 'seeded' });
  const { dpopKey } = sown.seed.tokens;
  const grant = { id: family, generation: 0, refreshToken, dpopKey, issuedAt: clock.now() };
  const planted = { ...leased, record: { ...leased.record, replyLost: undefined, grant } };
  const own: Flight = { ...flight, scope, scopes: provider.scopes, isDefault: true, demand: {} };
  const redemption = await redeem(parts, planted, own, (late) => void importLate(parts, sown, late));
  if (!redemption) return;
  if (!redemption.ok) {
    emit({ type: 'renewal_failed', renewalId, error: redemption.error });
    return settleSeedRefusal(parts, leased.record, sown, redemption);
  }
  repair.end();
  const received = withSeed(sown, redemption.received);
  await becomeFamily(parts, sown, received);
  const durationMs = Math.round(clock.monotonic() - leased.takenAt);
  emit(
    { type: 'renewed', renewalId, durationMs, rotated: received.refreshToken !== refreshToken },
    received.access?.token,
  );
  const fault = received.lostRefreshToken && receivedFault(received);
  if (fault) throw fault;
}

/** Without a new refresh token in the reply the seed's own stays (RFC 6749 section 6). */
function withSeed({ seed }: Sown, received: ReceivedTokens): ReceivedTokens {
  return { ...received, refreshToken: received.refreshToken ?? seed.tokens.refreshToken };
}

/**
 * A dead seed is remembered; "not now", and what somebody must mend first, is written down for all. Beside a session that
 * goes on, a seed that is refused in any other way is set aside by this process alone.
 */
async function settleSeedRefusal(
  parts: ImportParts,
  leased: CredentialRecord,
  { seed, scope }: Sown,
  refused: Refused,
): Promise<void> {
  const { error, kind } = refused;
  // There the stored refresh token is in doubt, and this seed is not.
  const ofStored = { ...refused, ambiguous: leased.lease?.tookOver ?? false };
  if (kind === 'grant') {
    await amend(parts, leased, ofStored, (current) => withDeadSeed(current, seed.id, reasonOf(refused)));
  } else if (kind !== 'interaction' && kind !== 'configuration') {
    await putOff(parts, leased, ofStored);
  } else if (hasSession(leased) || error instanceof ConfigurationError) {
    parts.seed?.setAside(seed.id, error);
    await amend(parts, leased, ofStored, (current) => current);
  } else {
    const growth = kind === 'interaction' ? PATIENT : PROMPT;
    await amend(parts, leased, ofStored, (current) => {
      const paused = withRefusal(parts, current, { error, growth, asked: scope, reach: 'family' });
      if (kind !== 'interaction') return paused;
      return { ...paused, state: 'reauthorization_required', reason: 'interaction_required' };
    });
    if (kind !== 'interaction') throw error;
    throw new ReauthorizationRequiredError({
      code: 'interaction_required',
      account: parts.account,
      seedPlace: parts.seed?.place,
      cause: error,
    });
  }
}

/** A reply that comes after its lease had ended holds a session as good as any. */
async function importLate(parts: ImportParts, sown: Sown, late: ReceivedTokens): Promise<void> {
  try {
    await parts.commits.unsaved;
    await becomeFamily(parts, sown, withSeed(sown, late), 'late');
  } catch {
    // The store is out of reach: the seed stays untried and is tried again.
  }
}

/**
 * Replaces what the lease was in, and nothing that came after: a person's sign-in or sign-out meanwhile stands. Memory
 * first, but not where a renewal of what the lease was in may be under way again.
 */
async function becomeFamily(
  parts: ImportParts,
  { seed, leased: { record, leaseId, takenAt }, scope }: Sown,
  received: ReceivedTokens,
  when: 'at_once' | 'late' = 'at_once',
): Promise<void> {
  const { account, clock, memory, newId, commits, emit } = parts;
  // As of its lease: a sign-in since then came later.
  const { family = newId(), startedAt: now = clock.now() } = record.lease ?? {};
  const born = { family, issuedAt: clock.now() };
  const signIn = { account, scope, received, now, seedId: seed.id, born };
  const mine = signedInRecord(signIn, [{ ...record, lease: undefined }], newId);
  if (when === 'at_once' && memory.newest?.family === record.family) {
    memory.adopt(mine, { scope, claims: undefined });
  }
  const result = await commits.commit({ mine, leaseId, takenAt, seedId: seed.id });
  if (result === 'stored' || result === 'unsaved') emit({ type: 'signed_in' }, received.access?.token);
  else await rememberSeed(parts, seed.id);
}

/** A seed that gave way to a sign-in was redeemed, too, and must not be redeemed again. */
async function rememberSeed(home: RecordHome, seedId: string): Promise<void> {
  await updateRecord(home, (record) =>
    record && !record.seedIds.includes(seedId)
      ? { ...record, seedIds: rememberedSeeds([seedId, ...record.seedIds]) }
      : undefined,
  );
}

const hasSession = ({ grant }: CredentialRecord) => grant.refreshToken !== undefined;

/** A record that holds no session says why the seed brought none. */
function withDeadSeed(
  record: CredentialRecord,
  seedId: string,
  reason: ReauthorizationReason,
): CredentialRecord {
  const remembered = { ...record, seedIds: rememberedSeeds([seedId, ...record.seedIds]) };
  const isTold = hasSession(record) || isFinal(record);
  return isTold ? remembered : { ...remembered, state: 'reauthorization_required', reason };
}
