import type { CommitInput, CommitStep, Situation } from '../../src/renewal/decisions.ts';
import { UNBORN } from './model-records.ts';
import type { Fault, World } from './model-state.ts';
import { PRODUCTION, type Rules } from './rules.ts';

/** The protocol with one rule left out, and a small world in which that shows. */
export interface Mutant {
  world: World;
  rules: Rules;
  violates: string;
}

const SINGLE: World = { server: 'revokes', durable: true, processes: 2, faults: 1, expiries: 1 };
const FORGETFUL: World = { ...SINGLE, durable: false };
const OTHER_THAN_LOSS: Fault[] = ['crash', 'lost', 'lapse', 'sign_in', 'sign_out', 'delete', 'unsure'];

const ALL_BUT_RETURN: Fault[] = ['crash', 'lost', 'lapse', 'sign_out', 'delete', 'unsure'];

const isSibling = ({ stored, mine }: CommitInput): boolean =>
  stored?.grant.generation === mine.grant.generation && stored.grant.id !== mine.grant.id;

const saved = ({ stored, mine }: CommitInput): CommitStep => ({
  do: 'save',
  record: { ...mine, seq: Math.max(mine.seq, (stored?.seq ?? 0) + 1) },
});

/** The pause that stands in a record for everybody left out. */
const withoutPause = (situation: Situation): Situation => ({ ...situation, pauseLeftMs: 0 });

export const MUTANTS: Record<string, Mutant> = {
  'a slow request is sent again while its lease stands': {
    world: SINGLE,
    violates: 'a refresh token was redeemed twice without a fault',
    rules: { ...PRODUCTION, waitsForSlow: false },
  },
  'a request is sent without another look at the lease': {
    world: SINGLE,
    violates: 'an old refresh token was taken up while a living process holds a newer one',
    rules: { ...PRODUCTION, asksBeforeSend: false },
  },
  'no second look at the store after a refusal': {
    world: { ...SINGLE, server: 'refuses', without: ['sign_in', 'sign_out', 'lapse'] },
    violates: 'a refusal wiped a living session',
    rules: { ...PRODUCTION, isStillRefused: () => true },
  },
  'no family rule: another family than mine counts as lost': {
    world: SINGLE,
    violates: 'a newer sign-in was overwritten',
    rules: {
      ...PRODUCTION,
      relationOf(stored, known, durable) {
        const isOther = stored !== undefined && known !== undefined && stored.family !== known.family;
        return isOther ? 'went_back' : PRODUCTION.relationOf(stored, known, durable);
      },
    },
  },
  'no family rule in the commit: what is stored counts as mine': {
    world: SINGLE,
    violates: 'a newer sign-in was overwritten',
    rules: {
      ...PRODUCTION,
      commitStep(input) {
        const { stored, mine } = input;
        return PRODUCTION.commitStep({ ...input, stored: stored && { ...stored, family: mine.family } });
      },
    },
  },
  'no sibling rule: the first of two rotations of one refresh token stays': {
    world: { ...SINGLE, server: 'grace' },
    violates: 'a rotation was dropped',
    rules: {
      ...PRODUCTION,
      commitStep: (input) => (isSibling(input) ? { do: 'adopt' } : PRODUCTION.commitStep(input)),
    },
  },
  'no adopt rule: a commit overwrites what is newer': {
    world: SINGLE,
    violates: 'a newer sign-in was overwritten',
    rules: {
      ...PRODUCTION,
      commitStep(input) {
        const step = PRODUCTION.commitStep(input);
        return step.do === 'adopt' ? saved(input) : step;
      },
    },
  },
  'no lease as proof: what follows a conflict is redeemed all the same': {
    world: { ...SINGLE, faults: 0 },
    violates: 'a refresh token was redeemed twice without a fault',
    rules: { ...PRODUCTION, provesLease: false },
  },
  'no repair: what the store lost is not put back': {
    world: FORGETFUL,
    violates: 'a process took over an older record than it holds',
    rules: {
      ...PRODUCTION,
      relationOf(stored, known, durable) {
        const relation = PRODUCTION.relationOf(stored, known, durable);
        return relation === 'went_back' ? (stored ? 'current' : 'absent') : relation;
      },
    },
  },
  'no moment of repair: what was put back is redeemed at once': {
    world: FORGETFUL,
    violates: 'an old refresh token was taken up while a living process holds a newer one',
    rules: {
      ...PRODUCTION,
      nextStep: (situation) => PRODUCTION.nextStep({ ...withoutPause(situation), repairLeftMs: 0 }),
    },
  },
  'the moment of repair is not in the record: only who saw the loss waits': {
    world: { ...FORGETFUL, processes: 3, without: OTHER_THAN_LOSS },
    violates: 'an old refresh token was taken up while a living process holds a newer one',
    rules: { ...PRODUCTION, nextStep: (situation) => PRODUCTION.nextStep(withoutPause(situation)) },
  },
  'no generations: only the number of renewals tells which is newer': {
    world: { ...FORGETFUL, server: 'grace', faults: 2, expiries: 0 },
    violates: 'a process took over an older record than it holds',
    rules: {
      ...PRODUCTION,
      relationOf(stored, known, durable) {
        const isSame = stored !== undefined && stored.family === known?.family && stored.seq === known.seq;
        return isSame ? 'current' : PRODUCTION.relationOf(stored, known, durable);
      },
    },
  },
  'memory is not asked: a commit knows only what is stored': {
    world: { ...FORGETFUL, faults: 2, expiries: 0 },
    violates: 'a process wrote back a family that it knows to be replaced',
    rules: { ...PRODUCTION, commitStep: (input) => PRODUCTION.commitStep({ ...input, known: undefined }) },
  },
  'memory takes over whatever an answer of the store brings': {
    world: { ...FORGETFUL, processes: 1, faults: 2, fine: true },
    violates: 'a session was lost without a fault',
    rules: { ...PRODUCTION, keepsNewer: false },
  },
  'a seed that was found dead replaces what is stored all the same': {
    world: { ...SINGLE, seeds: ['live', undefined] },
    violates: 'a dead seed displaced a living session',
    rules: { ...PRODUCTION, commitStep: (input) => PRODUCTION.commitStep({ ...input, seedId: undefined }) },
  },
  'an absence makes forget: what comes back is held against nothing': {
    world: { ...SINGLE, processes: 1, faults: 2, without: [...ALL_BUT_RETURN, 'sign_in'] },
    violates: 'a process took over an older record than it holds',
    rules: { ...PRODUCTION, keepsAside: false },
  },
  'an absence makes a sign-in forget what it replaces': {
    world: { ...SINGLE, processes: 1, faults: 2, without: [...ALL_BUT_RETURN, 'loss'] },
    violates: 'a sign-in or sign-out forgot what it replaces',
    rules: { ...PRODUCTION, keepsAside: false },
  },
  'a record that vanishes under my own lease counts as deleted': {
    world: SINGLE,
    violates: 'a rotation was dropped',
    rules: {
      ...PRODUCTION,
      commitStep: (input) => PRODUCTION.commitStep({ ...input, deleted: input.stored === undefined }),
    },
  },
  'a record that stays away is put back by everybody': {
    world: { ...SINGLE, without: ['delete'] },
    violates: 'a record that is gone was written back by one who had no lease in it',
    rules: { ...PRODUCTION, relationOf: (stored, known) => PRODUCTION.relationOf(stored, known, false) },
  },
  'a record that was deleted is put back': {
    world: { ...SINGLE, without: ['away'] },
    violates: 'a record that was deleted came back',
    rules: { ...PRODUCTION, relationOf: (stored, known) => PRODUCTION.relationOf(stored, known, false) },
  },
  'a renewal that ends after a sign-out is saved': {
    world: SINGLE,
    violates: 'a newer sign-out was overwritten',
    rules: {
      ...PRODUCTION,
      commitStep(input) {
        const step = PRODUCTION.commitStep(input);
        return step.do === 'drop' && input.stored ? saved(input) : step;
      },
    },
  },
  'a renewal that ends after a sign-out is not revoked': {
    world: SINGLE,
    violates: 'a session that was signed out with revocation lives on',
    rules: {
      ...PRODUCTION,
      commitStep(input) {
        const step = PRODUCTION.commitStep(input);
        return step.do === 'drop' ? { do: 'drop', revoke: false } : step;
      },
    },
  },
  'a second consent begins a family of its own with the stored refresh token': {
    world: { ...SINGLE, consents: true, without: ['sign_in', 'sign_out'] },
    violates: 'a refresh token was redeemed twice without a fault',
    rules: {
      ...PRODUCTION,
      consentedRecord(record, signIn) {
        const { family, lease: _ended, ...rest } = PRODUCTION.consentedRecord(record, signIn);
        return { ...rest, family: `f${UNBORN}`, replaced: [family, ...record.replaced] };
      },
    },
  },
  'a consent over what had to be recovered leaves no moment to put back what is newer': {
    world: {
      ...SINGLE,
      faults: 2,
      consents: true,
      without: ['sign_in', 'sign_out', 'lapse', 'crash', 'delete', 'unsure'],
    },
    violates: 'an old refresh token was taken up while a living process holds a newer one',
    rules: { ...PRODUCTION, mendsBehindConsent: false },
  },
  'seeds are not remembered': {
    world: { ...SINGLE, empty: true, seeds: ['live', 'other'], without: ['lapse'] },
    violates: 'a refresh token was redeemed twice without a fault',
    rules: {
      ...PRODUCTION,
      signedInRecord: (...given) => ({ ...PRODUCTION.signedInRecord(...given), seedIds: [] }),
    },
  },
};
