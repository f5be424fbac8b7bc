import { describe, expect, test } from 'vitest';
import { type CredentialRecord, parseRecord, serializeRecord } from '../../src/record/credential-record.ts';
import { MOST_SEEDS } from '../../src/record/limits.ts';
import { type CommitInput, commitStep } from '../../src/renewal/decisions.ts';
import { accessOf, grantOf, leaseOf, recordOf } from '../support/records.ts';

/** I redeemed `parent` under `my-lease` and hold `child` now. */
const mine = recordOf({
  family: 'mine',
  signedInAt: 5_000,
  replaced: ['older'],
  seq: 4,
  grant: grantOf('child', { generation: 2, issuedAt: 9_000 }),
  accessTokens: { read: accessOf('at-new', { obtainedAt: 9_000, grantId: 'child' }) },
});
const parent = recordOf({
  family: 'mine',
  seq: 3,
  grant: grantOf('parent', { generation: 1 }),
  lease: leaseOf('my-lease'),
});

const sibling = (issuedAt: number, changes: Partial<CredentialRecord> = {}) =>
  recordOf({ family: 'mine', seq: 4, grant: grantOf('other', { generation: 2, issuedAt }), ...changes });

function step(stored: CredentialRecord | undefined, changes: Partial<CommitInput> = {}) {
  const input = {
    stored,
    deleted: false,
    known: mine,
    mine,
    leaseId: 'my-lease',
    durable: true,
    leaseEnded: false,
  };
  return commitStep({ ...input, ...changes });
}

function saved(stored: CredentialRecord | undefined, changes: Partial<CommitInput> = {}): CredentialRecord {
  const result = step(stored, changes);
  if (result.do !== 'save') throw new Error(`the step was ${result.do}`);
  return result.record;
}

describe("what becomes of a renewal's result", () => {
  const save = { do: 'save' };
  const done = { do: 'done' };
  const adopt = { do: 'adopt' };
  const keep = { do: 'keep' };
  const drop = { do: 'drop', revoke: false };
  const dropAndRevoke = { do: 'drop', revoke: true };
  const forgets = { durable: false };

  const ended = recordOf({ ...parent, state: 'reauthorization_required', reason: 'revoked' });
  const grandchild = recordOf({
    family: 'mine',
    seq: 5,
    grant: grantOf('grandchild', { generation: 3 }),
  });
  const uncle = recordOf({ family: 'mine', seq: 4, grant: grantOf('uncle', { generation: 1 }) });
  const ofNobody = { family: 'new', signedInAt: 4_000 };
  const later = { family: 'new', signedInAt: 6_000 };
  const newer = recordOf({ family: 'new', replaced: ['mine', 'older'] });
  const signedOut = { family: 'out', replaced: ['mine'], state: 'signed_out' } as const;
  const asText = parseRecord(serializeRecord(mine), '1');

  test.each<[string, CredentialRecord | undefined, Partial<CommitInput>, object]>([
    ['the grant I redeemed is still there', parent, {}, save],
    ['… under the lease of another', { ...parent, lease: leaseOf('not-mine') }, {}, save],
    ['… under no lease', { ...parent, lease: undefined }, {}, save],
    ['… called finished by a hasty refusal', ended, {}, save],
    ['my write is there already', asText, {}, done],
    ['my write is there under a new lease', { ...asText, lease: leaseOf('next') }, {}, done],
    ['my write is there, renewed in another scope', { ...asText, seq: 5 }, {}, done],
    [
      'my grant is there, called finished meanwhile',
      { ...asText, state: 'reauthorization_required' },
      {},
      done,
    ],
    ['my grant is there without my access token', { ...asText, accessTokens: {} }, {}, save],
    ['an older sibling of the same grant', sibling(8_999), {}, save],
    ['a sibling of the same moment', sibling(9_000), {}, adopt],
    ['a younger sibling', sibling(9_001), {}, adopt],
    ['a younger sibling that went further', sibling(9_001, { seq: 9 }), {}, adopt],
    ['an older sibling that went further', sibling(8_999, { seq: 9 }), {}, save],
    ["a sibling's child", grandchild, {}, adopt],
    ['a sibling of what I redeemed', uncle, {}, save],
    ['… received after mine', { ...uncle, grant: { ...uncle.grant, issuedAt: 9_001 } }, {}, save],
    [
      'the store went back within my family',
      { ...parent, seq: 2, grant: grantOf('grandparent', { generation: 0 }) },
      {},
      save,
    ],
    ['the store went back to a family mine replaced', recordOf({ family: 'older', seq: 50 }), {}, save],
    [
      '… even to its sign-out',
      recordOf({ family: 'older', state: 'signed_out', revokeLate: true }),
      {},
      save,
    ],
    ['a newer sign-in that replaced mine', recordOf({ family: 'new', replaced: ['mine'] }), {}, adopt],
    ['the same in a store that forgets', recordOf({ family: 'new', replaced: ['mine'] }), forgets, adopt],
    ['a sign-in that knows nothing of mine', recordOf(ofNobody), {}, adopt],
    ['… put into an emptied store before mine', recordOf(ofNobody), forgets, save],
    ['… put into an emptied store after mine', recordOf(later), forgets, adopt],
    ['signed out meanwhile', recordOf(signedOut), {}, drop],
    ['signed out, revocation asked for', recordOf({ ...signedOut, revokeLate: true }), {}, dropAndRevoke],
    ['signed out, revocation declined', recordOf({ ...signedOut, revokeLate: false }), {}, drop],
    [
      'signed out in a store that forgets',
      recordOf({ ...signedOut, revokeLate: true }),
      forgets,
      dropAndRevoke,
    ],
    ['vanished from a durable store', undefined, {}, keep],
    ['… and still gone when the lease has ended', undefined, { leaseEnded: true }, save],
    ['… back when the lease has ended', parent, { leaseEnded: true }, save],
    ['deleted from a durable store', undefined, { deleted: true }, drop],
    ['… when the lease has ended', undefined, { deleted: true, leaseEnded: true }, drop],
    ['deleted from a store that forgets', undefined, { deleted: true, ...forgets }, drop],
    ['vanished, but signed out here', undefined, { known: recordOf(signedOut) }, drop],
    ['vanished, but somebody signed in here', undefined, { known: newer }, adopt],
    ['vanished, a seed being redeemed', undefined, { seedId: 'seed' }, keep],
    ['gone from a store that forgets', undefined, forgets, save],
    ['signed in here meanwhile, and the store went back', parent, { known: newer }, adopt],
    ['… and the store lost everything', undefined, { known: newer, ...forgets }, adopt],
    ['… at a store that holds nothing of mine', recordOf({ family: 'older' }), { known: newer }, adopt],
    ['signed out here meanwhile, and the store went back', parent, { known: recordOf(signedOut) }, drop],
    ['… with revocation', parent, { known: recordOf({ ...signedOut, revokeLate: true }) }, dropAndRevoke],
    ['this process still holds what mine replaced', parent, { known: recordOf({ family: 'older' }) }, save],
    ['this process holds nothing', parent, { known: undefined }, save],
  ])('%s', (_name, stored, changes, expected) => {
    expect(step(stored, changes)).toMatchObject(expected);
  });
});

describe('what is saved', () => {
  test('my grant, my state and my access token go on top of what is stored', () => {
    expect(saved(parent)).toMatchObject({
      family: 'mine',
      state: 'active',
      seq: 4,
      grant: { id: 'child', refreshToken: 'rt-of-child' },
      accessTokens: { read: { token: 'at-new' } },
      failures: 0,
    });
  });

  test.each<[string, number, number]>([
    ['the grant I redeemed', saved(parent).seq, 4],
    ['an older sibling at my point', saved(sibling(8_000)).seq, 5],
    ['an older sibling far ahead', saved(sibling(8_000, { seq: 9 })).seq, 10],
    ['a store that went back', saved({ ...parent, seq: 1, grant: grantOf('x') }).seq, 4],
  ])('on top of %s the count goes on', (_name, seq, expected) => expect(seq).toBe(expected));

  test('a pause goes with my own lease; one that was written after it stays', () => {
    const pause = { notBefore: 20_000, pauseMs: 5_000 };
    const pauseIn = ({ notBefore, pauseMs }: CredentialRecord) => ({ notBefore, pauseMs });
    expect(pauseIn(saved({ ...parent, ...pause }))).toEqual({});
    expect(pauseIn(saved({ ...parent, ...pause, lease: undefined }))).toEqual(pause);
    expect(pauseIn(saved({ ...parent, ...pause, lease: leaseOf('not-mine') }))).toEqual(pause);
  });

  test('my own lease goes, that of another stays', () => {
    expect(saved(parent).lease).toBeUndefined();
    expect(saved({ ...parent, lease: leaseOf('not-mine') }).lease?.id).toBe('not-mine');
  });

  test('access tokens merge by scope: of each the one obtained later, mine at a tie', () => {
    const at = (read: number, write: number, token: string) => ({
      read: accessOf(`${token}-read`, { obtainedAt: read }),
      write: accessOf(`${token}-write`, { obtainedAt: write }),
    });
    const stored = {
      ...parent,
      accessTokens: { ...at(9_000, 9_001, 'theirs'), list: accessOf('theirs-list') },
    };
    const { accessTokens } = saved(stored, { mine: { ...mine, accessTokens: at(9_000, 9_000, 'mine') } });
    const tokens = Object.entries(accessTokens).map(([scope, { token }]) => `${scope} ${token}`);
    expect(tokens.sort()).toEqual(['list theirs-list', 'read mine-read', 'write theirs-write']);
  });

  test('the families the stored record replaced are kept', () => {
    expect(saved({ ...parent, replaced: ['older', 'oldest'] }).replaced).toEqual(['older', 'oldest']);
  });

  test('seeds of both are remembered once each', () => {
    const record = saved({ ...parent, seedIds: ['b', 'c'] }, { mine: { ...mine, seedIds: ['a', 'b'] } });
    expect(record.seedIds.toSorted()).toEqual(['a', 'b', 'c']);
  });

  test('however many seeds there were, the record can be read again', () => {
    const many = (name: string) => Array.from({ length: MOST_SEEDS }, (_, i) => `${name}-${i}`);
    const record = saved(
      { ...parent, seedIds: many('theirs') },
      { mine: { ...mine, seedIds: many('mine') } },
    );
    expect(parseRecord(serializeRecord(record), '1').seedIds).toHaveLength(MOST_SEEDS);
  });

  test('what is stored and what is mine stay as they were', () => {
    const stored = { ...sibling(8_000), accessTokens: { write: accessOf('at-w') }, seedIds: ['s'] };
    const before = structuredClone([stored, mine]);
    saved(stored);
    expect([stored, mine]).toEqual(before);
  });

  test('in a store that lost everything my record is put back as it is', () => {
    expect(saved(undefined, { durable: false })).toEqual(mine);
  });
});
