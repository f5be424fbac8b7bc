import { describe, expect, test } from 'vitest';
import type { CredentialRecord } from '../../src/record/credential-record.ts';
import { relationOf } from '../../src/record/record-relation.ts';
import { isStillRefused, nextStep, type Situation } from '../../src/renewal/decisions.ts';
import { isReplayFatal, type LeaseSighting, leaseState } from '../../src/renewal/lease-state.ts';
import { grantOf, leaseOf, recordOf, refusalOf } from '../support/records.ts';

const DURABLE = true;
const FORGETS = false;

describe('how a stored record stands to the newest one this process holds', () => {
  const mine = recordOf({ family: 'mine', seq: 3, signedInAt: 5_000, replaced: ['older', 'oldest'] });
  const stored = (changes: Partial<CredentialRecord>) => recordOf({ signedInAt: 4_000, ...changes });
  const branch = (issuedAt: number, generation = 0) =>
    stored({ family: 'mine', seq: 3, grant: grantOf('branch', { issuedAt, generation }) });
  const later = recordOf({ ...mine, grant: grantOf('later', { generation: 1 }) });
  const before = { signedInAt: 4_999 };
  const same = { signedInAt: 5_000 };
  const after = { signedInAt: 5_001 };

  test.each<[string, CredentialRecord | undefined, CredentialRecord | undefined, boolean, string]>([
    ['nothing stored, nothing held, durable', undefined, undefined, DURABLE, 'absent'],
    ['nothing stored, nothing held, forgetful', undefined, undefined, FORGETS, 'absent'],
    ['removed from a durable store stays removed', undefined, mine, DURABLE, 'absent'],
    ['gone from a store that forgets', undefined, mine, FORGETS, 'went_back'],
    ['nothing held: whatever is stored', stored({ family: 'any' }), undefined, DURABLE, 'newer_family'],
    ['nothing held, forgetful store', stored({ family: 'any' }), undefined, FORGETS, 'newer_family'],
    ['same family, same point', stored({ family: 'mine', seq: 3 }), mine, DURABLE, 'current'],
    ['same family, further on', stored({ family: 'mine', seq: 4 }), mine, DURABLE, 'current'],
    ['same family, one renewal behind', stored({ family: 'mine', seq: 2 }), mine, DURABLE, 'went_back'],
    ['same family behind, forgetful', stored({ family: 'mine', seq: 0 }), mine, FORGETS, 'went_back'],
    [
      'same family, whatever the clocks',
      stored({ family: 'mine', seq: 3, ...before }),
      mine,
      FORGETS,
      'current',
    ],
    ['another branch of the family, born before mine', branch(999), mine, DURABLE, 'went_back'],
    ['… born with mine', branch(1_000), mine, DURABLE, 'current'],
    ['… born after mine', branch(1_001), mine, FORGETS, 'current'],
    ['… born before mine, renewed more often', { ...branch(999), seq: 9 }, mine, FORGETS, 'went_back'],
    ['… born after mine, renewed less often', { ...branch(1_001), seq: 0 }, mine, FORGETS, 'current'],
    ['… of a later generation, born before mine', branch(999, 1), mine, DURABLE, 'current'],
    ['a later generation than what is stored', branch(1_001), later, DURABLE, 'went_back'],
    ['a family mine replaced', stored({ family: 'older' }), mine, DURABLE, 'went_back'],
    ['the oldest family mine replaced', stored({ family: 'oldest' }), mine, FORGETS, 'went_back'],
    [
      'a replaced family that claims to be later',
      stored({ family: 'older', ...after }),
      mine,
      DURABLE,
      'went_back',
    ],
    [
      'a family that replaced mine',
      stored({ family: 'new', replaced: ['mine'] }),
      mine,
      DURABLE,
      'newer_family',
    ],
    ['the same, forgetful', stored({ family: 'new', replaced: ['mine'] }), mine, FORGETS, 'newer_family'],
    [
      'it replaced mine, its clock behind',
      stored({ family: 'n', replaced: ['mine'] }),
      mine,
      FORGETS,
      'newer_family',
    ],
    [
      'each lists the other: what is written counts, or two processes would take turns for ever',
      stored({ family: 'older', replaced: ['mine'] }),
      mine,
      DURABLE,
      'newer_family',
    ],
    ['unknown to each other, durable', stored({ family: 'new', ...before }), mine, DURABLE, 'newer_family'],
    ['unknown, durable, later', stored({ family: 'new', ...after }), mine, DURABLE, 'newer_family'],
    [
      'unknown, forgetful, signed in earlier',
      stored({ family: 'new', ...before }),
      mine,
      FORGETS,
      'went_back',
    ],
    [
      'unknown, forgetful, at the same moment',
      stored({ family: 'new', ...same }),
      mine,
      FORGETS,
      'newer_family',
    ],
    [
      'unknown, forgetful, signed in later',
      stored({ family: 'new', ...after }),
      mine,
      FORGETS,
      'newer_family',
    ],
  ])('%s', (_name, storedRecord, known, durable, expected) => {
    expect(relationOf(storedRecord, known, durable)).toBe(expected);
  });
});

describe('what a flight does next', () => {
  const NOW = 100_000;
  const base: Situation = {
    record: recordOf(),
    scope: 'read',
    usable: false,
    acquires: false,
    hasNewSeed: false,
    lease: 'none',
    asksAnyway: false,
    restMs: 0,
    repairLeftMs: 0,
    pauseLeftMs: 0,
    leftOf: ({ notBefore }) => Math.max(0, notBefore - NOW),
    now: NOW,
  };
  const bare = grantOf('grant-1', { refreshToken: undefined });
  const signedOut = recordOf({ state: 'signed_out', grant: bare });
  const revoked = recordOf({ state: 'reauthorization_required', reason: 'revoked' });
  const unnamed = recordOf({ state: 'reauthorization_required' });
  const paused = refusalOf('invalid_scope', { notBefore: NOW + 1 });
  const wanted = { state: 'reauthorization_required', reason: 'interaction_required' } as const;
  const consent = recordOf({ ...wanted, refusal: paused });
  const consentDue = recordOf({ ...wanted, refusal: { ...paused, notBefore: NOW } });
  const refused = recordOf({ refused: { read: paused } });
  const wrong = recordOf({ refusal: paused });
  const asked = { ...paused, asked: true };
  const held = { pauseLeftMs: 1 };
  const everything = { refused: { read: paused }, grant: bare };
  const endedToo = recordOf({ ...everything, state: 'reauthorization_required', reason: 'revoked' });

  const redeem = { do: 'redeem', tookOver: false };
  const takeOver = { do: 'redeem', tookOver: true };
  const use = { do: 'use' };
  const wait = { do: 'wait' };
  const refuse = { do: 'refuse', refusal: paused, leftMs: 1 };
  const hold = { do: 'hold', until: NOW + 1 };
  const repair = { do: 'let_others_repair', ms: 500 };
  const seed = { do: 'import_seed', tookOver: false };
  const signIn = (reason: string) => ({ do: 'require_sign_in', reason });

  test.each<[string, Partial<Situation>, object]>([
    ['nothing in the way: redeem', {}, redeem],
    ['a dead lease is taken over', { lease: 'dead' }, takeOver],
    ['a usable token is used', { usable: true }, use],
    ['a usable token outlives a refused grant', { usable: true, record: revoked }, use],
    [
      'a usable token is used in spite of all else',
      { ...held, usable: true, record: endedToo, lease: 'live' },
      use,
    ],
    ['a usable token is used while a store is mended', { usable: true, repairLeftMs: 500 }, use],
    ['signed out', { record: signedOut }, signIn('signed_out')],
    ['signed out, although a token would do', { record: signedOut, usable: true }, signIn('signed_out')],
    [
      'signed out, although the provider needs nothing',
      { record: signedOut, acquires: true },
      signIn('signed_out'),
    ],
    ['signed out, whatever the lease', { record: signedOut, lease: 'live' }, signIn('signed_out')],
    ['a person must act: its reason', { record: consent }, signIn('interaction_required')],
    ['a person must act, the pause is over: asked again', { record: consentDue }, redeem],
    [
      'a person must act, renew() or a new process: asked again',
      { record: consent, asksAnyway: true },
      redeem,
    ],
    ['a person must act, another holds the lease', { record: consentDue, lease: 'live' }, wait],
    ['refused for good, renew() or a new process', { record: revoked, asksAnyway: true }, signIn('revoked')],
    [
      'refused for good, with a pause from before',
      { record: { ...revoked, refusal: paused } },
      signIn('revoked'),
    ],
    ['refused for good by a record that says no reason', { record: unnamed }, signIn('revoked')],
    [
      'refused for good comes before all but use',
      { ...held, record: endedToo, lease: 'live' },
      signIn('revoked'),
    ],
    ['this scope was refused', { record: refused }, refuse],
    ['this scope was refused, when the pause ends', { record: refused, leftOf: () => 0 }, redeem],
    ['this scope was refused, renew() or a new process', { record: refused, asksAnyway: true }, redeem],
    [
      'this scope was refused, the server asked for the pause',
      { record: recordOf({ refused: { read: asked } }), asksAnyway: true },
      { ...refuse, refusal: asked },
    ],
    ['the client was refused: for all scopes', { record: wrong, scope: 'write' }, refuse],
    ['the client was refused, when the pause ends', { record: wrong, leftOf: () => 0 }, redeem],
    ['the client was refused, a usable token', { record: wrong, usable: true }, use],
    [
      'the client was refused, no refresh token needed',
      { record: { ...wrong, grant: bare }, acquires: true },
      refuse,
    ],
    [
      'a pause written by a clock that is behind: what this process itself was told counts',
      { record: wrong, now: NOW + 1, restMs: 7 },
      { ...refuse, leftMs: 7 },
    ],
    ['what this process was told of a refusal that is gone', { restMs: 7 }, redeem],
    ['another scope was refused', { record: refused, scope: 'write' }, redeem],
    ['a scope that objects have by nature', { scope: 'constructor' }, redeem],
    [
      'a refused scope comes before the pause',
      { ...held, record: recordOf(everything), lease: 'live' },
      refuse,
    ],
    ['one millisecond before the pause ends', held, hold],
    [
      'when the pause is over, whatever the record says',
      { record: recordOf({ notBefore: NOW + 1 }) },
      redeem,
    ],
    ['the pause comes before a live lease', { ...held, lease: 'live' }, hold],
    ['the repair comes before the pause', { ...held, repairLeftMs: 500 }, repair],
    ['a live lease of another', { lease: 'live' }, wait],
    [
      'a live lease comes before the missing credential',
      { lease: 'live', record: recordOf({ grant: bare }) },
      wait,
    ],
    ['a live lease comes before the repair', { lease: 'live', repairLeftMs: 500 }, wait],
    ['the moment of repair', { repairLeftMs: 500 }, repair],
    ['the moment of repair, a dead lease', { repairLeftMs: 500, lease: 'dead' }, repair],
    ['no refresh token', { record: recordOf({ grant: bare }) }, signIn('no_credential')],
    ['no refresh token needed', { record: recordOf({ grant: bare }), acquires: true }, redeem],
    ['no record', { record: undefined }, signIn('no_credential')],
    ['no record in the moment of repair', { record: undefined, repairLeftMs: 500 }, repair],
    ['no record, a seed', { record: undefined, hasNewSeed: true }, seed],
    ['no record, a seed, repair', { record: undefined, hasNewSeed: true, repairLeftMs: 500 }, repair],
    ['a new seed is a new sign-in', { hasNewSeed: true }, seed],
    ['a new seed after a sign-out', { hasNewSeed: true, record: signedOut }, seed],
    ['a new seed after a refusal', { hasNewSeed: true, record: revoked }, seed],
    [
      'a new seed over a dead lease',
      { hasNewSeed: true, lease: 'dead' },
      { do: 'import_seed', tookOver: true },
    ],
    ['a new seed waits for a live lease', { hasNewSeed: true, lease: 'live' }, wait],
    ['also after a sign-out', { hasNewSeed: true, lease: 'live', record: signedOut }, wait],
    ['also after a refusal', { hasNewSeed: true, lease: 'live', record: revoked }, wait],
    ['but a usable token needs no waiting', { hasNewSeed: true, lease: 'live', usable: true }, use],
    ['a new seed respects the pause', { ...held, hasNewSeed: true }, hold],
    [
      'a new seed respects the pause of a client that was refused',
      { hasNewSeed: true, record: wrong },
      refuse,
    ],
    ['a new seed after a person was wanted for an older one', { hasNewSeed: true, record: consentDue }, seed],
    ['a new seed respects the repair', { hasNewSeed: true, repairLeftMs: 500 }, repair],
  ])('%s', (_name, changes, expected) => {
    expect(nextStep({ ...base, ...changes })).toEqual(expected);
  });
});

describe('whether a lease still counts', () => {
  const HOUR = 3_600_000;
  const NOW = 10 * HOUR;
  const fresh: LeaseSighting = {
    lease: leaseOf('lease-1', { startedAt: NOW, ttlMs: 40_000 }),
    holderAlive: undefined,
    unchangedMs: 0,
    replayIsFatal: false,
  };
  const since = (startedAt: number, ttlMs = 40_000) => leaseOf('lease-1', { startedAt, ttlMs });

  test.each<[string, Partial<LeaseSighting>, string]>([
    ['no lease', { lease: undefined }, 'none'],
    ['no lease, whatever else is said', { lease: undefined, holderAlive: false, unchangedMs: HOUR }, 'none'],
    ['just taken', {}, 'live'],
    ['its holder is gone', { holderAlive: false }, 'dead'],
    ['its holder lives', { holderAlive: true }, 'live'],
    ['its holder lives, but silent for the term', { holderAlive: true, unchangedMs: 40_000 }, 'dead'],
    ['… where a replay is fatal', { holderAlive: true, unchangedMs: 40_000, replayIsFatal: true }, 'live'],
    ['… almost eight terms long', { holderAlive: true, unchangedMs: 319_999, replayIsFatal: true }, 'live'],
    ['… eight terms long', { holderAlive: true, unchangedMs: 320_000, replayIsFatal: true }, 'dead'],
    [
      '… a term of ten minutes is the longest',
      { lease: since(NOW, 600_000), holderAlive: true, unchangedMs: 600_000, replayIsFatal: true },
      'dead',
    ],
    ['nobody knows of its holder, a replay is fatal', { unchangedMs: 40_000, replayIsFatal: true }, 'dead'],
    ['its holder is gone, a replay is fatal', { holderAlive: false, replayIsFatal: true }, 'dead'],
    ['one millisecond short of its term', { unchangedMs: 39_999 }, 'live'],
    ['unchanged for its term', { unchangedMs: 40_000 }, 'dead'],
    ['its clock an hour behind, just seen', { lease: since(NOW - HOUR) }, 'live'],
    [
      'its clock an hour behind, seen almost for its term',
      { lease: since(NOW - HOUR), unchangedMs: 39_999 },
      'live',
    ],
    [
      'its clock an hour behind, silent for the term',
      { lease: since(NOW - HOUR), unchangedMs: 40_000 },
      'dead',
    ],
    ['its clock an hour ahead', { lease: since(NOW + HOUR), unchangedMs: 39_999 }, 'live'],
    [
      'its clock an hour ahead, silent for the term',
      { lease: since(NOW + HOUR), unchangedMs: 40_000 },
      'dead',
    ],
    ['started at the dawn of time, just seen', { lease: since(-8.64e15) }, 'live'],
    ['a term of nothing counts as a second', { lease: since(NOW, 0), unchangedMs: 999 }, 'live'],
    ['… and no longer', { lease: since(NOW, 0), unchangedMs: 1_000 }, 'dead'],
    ['a negative term counts as a second', { lease: since(NOW, -5), unchangedMs: 999 }, 'live'],
    ['a term of a year counts as ten minutes', { lease: since(NOW, 3e10), unchangedMs: 599_999 }, 'live'],
    ['… and no longer', { lease: since(NOW, 3e10), unchangedMs: 600_000 }, 'dead'],
  ])('%s', (_name, changes, expected) => {
    expect(leaseState({ ...fresh, ...changes })).toBe(expected);
  });
});

test.each<[string, Parameters<typeof isReplayFatal>[0], number, boolean]>([
  ['a server that forgives nothing', { rotates: true, graceMs: 0 }, 0, true],
  ['one of which nothing is known', { rotates: 'unknown', graceMs: 0 }, 5, true],
  ['within the grace', { rotates: true, graceMs: 10_000 }, 9_999, false],
  ['after the grace', { rotates: true, graceMs: 10_000 }, 10_000, true],
  ['old refresh tokens stay valid', { rotates: true, graceMs: Number.POSITIVE_INFINITY }, 3_600_000, false],
  ['refresh tokens are not replaced', { rotates: false, graceMs: 0 }, 3_600_000, false],
  ['until what it brought is used', { rotates: true, graceMs: 0, graceUntilUsed: true }, 600_000, false],
])('a replay is fatal: %s', (_name, profile, leaseAgeMs, expected) => {
  expect(isReplayFatal(profile, leaseAgeMs)).toBe(expected);
});

test.each<[string, Partial<CredentialRecord>, boolean]>([
  ['still that grant', {}, true],
  ['another grant', { grant: grantOf('grant-2') }, false],
  ['another family', { family: 'family-2' }, false],
  ['refused for good already', { state: 'reauthorization_required', reason: 'revoked' }, false],
  ['refused as one that passes', { state: 'reauthorization_required', reason: 'interaction_required' }, true],
  ['signed out', { state: 'signed_out' }, false],
])('a refusal concerns what is stored: %s', (_name, changes, expected) => {
  expect(isStillRefused(recordOf(changes), recordOf())).toBe(expected);
});
