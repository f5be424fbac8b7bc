import type { ReauthorizationReason } from '../errors/error-codes.ts';
import { type CredentialRecord, rememberedSeeds, scopeOf } from '../record/credential-record.ts';
import { fingerprint } from '../record/digest.ts';
import { type ReceivedTokens, receiveTokens } from '../record/received-tokens.ts';
import { emptyRecord, signedInRecord } from '../record/record-transitions.ts';
import type { SeedCredential } from '../seed/seed.ts';
import type { Reconciled } from './reconcile.ts';
import { redeem } from './redeem.ts';
import { amend, putOff, type Refused, reasonOf } from './refusal.ts';
import type { Flight, RenewalContext } from './renewal-context.ts';
import { type Leased, takeLease } from './take-lease.ts';

/**
 * Tries a seed that was not tried before, under the lease. It becomes the family only when its first redemption
 * succeeds; a dead one is remembered, and never displaces a living session.
 */
export async function importSeed(
  context: RenewalContext,
  flight: Flight,
  { record, version }: Reconciled,
  seed: SeedCredential,
  tookOver: boolean,
): Promise<void> {
  const { account, clock, provider, newId, emit } = context;
  const scope = scopeOf(provider.scopes);
  const base = record ?? emptyRecord(account, newId, clock.now());
  // The same for whoever imports this seed here: what comes of two tries is one family.
  const family = await fingerprint(`${base.family}\n${seed.id}`);
  const leased = await takeLease(context, base, version, { scope, tookOver, family });
  if (!leased) return;
  const { refreshToken } = seed.tokens;
  if (refreshToken === undefined) {
    await becomeFamily(context, leased, scope, seed.id, receiveTokens(seed.tokens, clock.now()));
    return;
  }
  const renewalId = newId();
  emit({ type: 'renewal_started', renewalId, reason: 'seeded' });
  const sown = {
    ...leased,
    record: {
      ...leased.record,
      replyLost: undefined,
      grant: { id: family, generation: 0, refreshToken, issuedAt: clock.now() },
    },
  };
  const own: Flight = { ...flight, scope, scopes: provider.scopes, isDefault: true, claims: undefined };
  // A reply that comes after its time-out holds a session as good as any.
  const onLate = (late: ReceivedTokens) => void importLate(context, leased, scope, seed, late);
  const redemption = await redeem(context, sown, own, onLate);
  if (redemption.ok) {
    context.repair.end();
    const received = { refreshToken, ...redemption.received };
    await becomeFamily(context, leased, scope, seed.id, received);
    const durationMs = Math.round(clock.monotonic() - leased.takenAt);
    emit({ type: 'renewed', renewalId, durationMs, rotated: received.refreshToken !== refreshToken });
    return;
  }
  emit({ type: 'renewal_failed', renewalId, error: redemption.error });
  await settleSeedRefusal(context, leased.record, seed.id, redemption);
}

/** A dead seed is remembered, one of a wrongly set up client is set aside, and "not now" is written down for all. */
async function settleSeedRefusal(
  context: RenewalContext,
  leased: CredentialRecord,
  seedId: string,
  refused: Refused,
): Promise<void> {
  const tookOver = leased.lease?.tookOver ?? false;
  switch (refused.kind) {
    case 'grant':
    case 'interaction':
      await amend(context, leased, tookOver, (current) => withDeadSeed(current, seedId, reasonOf(refused)));
      return;
    case 'configuration':
      context.seed.setAside(seedId, refused.error);
      await amend(context, leased, tookOver, (current) => current);
      return;
    default:
      await putOff(context, leased, tookOver, refused.error);
  }
}

async function importLate(
  context: RenewalContext,
  leased: Leased,
  scope: string,
  { id, tokens: { refreshToken } }: SeedCredential,
  late: ReceivedTokens,
): Promise<void> {
  try {
    await context.commits.unsaved;
    const received = { ...(refreshToken !== undefined && { refreshToken }), ...late };
    await becomeFamily(context, leased, scope, id, received, 'late');
  } catch {
    // The store is out of reach: the seed stays untried and is tried again.
  }
}

/**
 * Replaces what the lease was in, and nothing that came after: a person who signed in or out meanwhile is heard.
 * Memory first, but not where a renewal of what the lease was in may be under way again.
 */
async function becomeFamily(
  context: RenewalContext,
  { record, leaseId }: Leased,
  scope: string,
  seedId: string,
  received: ReceivedTokens,
  when: 'at_once' | 'late' = 'at_once',
): Promise<void> {
  const { account, clock, memory, newId, commits, emit } = context;
  // As of its lease: whoever signed in since then came later.
  const { family = newId(), startedAt: now = clock.now() } = record.lease ?? {};
  const signIn = { account, scope, received, now, seedId, born: { family, issuedAt: clock.now() } };
  const mine = signedInRecord(signIn, [{ ...record, lease: undefined }], newId);
  if (when === 'at_once' && memory.known?.family === record.family) {
    memory.adopt(mine, { scope, bornOfRejection: false, claims: undefined });
  }
  const result = await commits.commit({ mine, leaseId, seedId });
  if (result === 'stored' || result === 'unsaved') emit({ type: 'signed_in' });
  else await rememberSeed(context, seedId);
}

/** A seed that gave way to a sign-in was redeemed all the same, and must not be again. */
async function rememberSeed({ store, memory }: RenewalContext, seedId: string): Promise<void> {
  for (let attempt = 0; attempt < MOST_CONFLICTS; attempt++) {
    const { record, version } = await store.load();
    if (!record || record.seedIds.includes(seedId)) return;
    const saved = await store.save(
      { ...record, seedIds: rememberedSeeds([seedId], record.seedIds) },
      version,
    );
    if (!saved) continue;
    memory.adopt(saved);
    return;
  }
}

const MOST_CONFLICTS = 20;

/** Without a session of its own the record says why there is none. */
function withDeadSeed(
  record: CredentialRecord,
  seedId: string,
  reason: ReauthorizationReason,
): CredentialRecord {
  const remembered = { ...record, seedIds: rememberedSeeds([seedId], record.seedIds) };
  const hasSession = record.grant.refreshToken !== undefined || record.state !== 'active';
  return hasSession ? remembered : { ...remembered, state: 'reauthorization_required', reason };
}
