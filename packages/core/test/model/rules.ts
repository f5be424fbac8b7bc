import { receiveTokens } from '../../src/record/received-tokens.ts';
import { relationOf } from '../../src/record/record-relation.ts';
import {
  consentedRecord,
  emptyRecord,
  renewedRecord,
  signedInRecord,
  signedOutRecord,
} from '../../src/record/record-transitions.ts';
import { sessionToKeep } from '../../src/record/session-to-keep.ts';
import { commitStep, isStillRefused, nextStep } from '../../src/renewal/decisions.ts';

/**
 * The decisions that the model takes as a parameter. The functions are production's own; the flags stand for
 * rules that production keeps in its effects, which the model mirrors.
 */
export interface Rules {
  relationOf: typeof relationOf;
  nextStep: typeof nextStep;
  commitStep: typeof commitStep;
  renewedRecord: typeof renewedRecord;
  receiveTokens: typeof receiveTokens;
  emptyRecord: typeof emptyRecord;
  signedInRecord: typeof signedInRecord;
  signedOutRecord: typeof signedOutRecord;
  sessionToKeep: typeof sessionToKeep;
  consentedRecord: typeof consentedRecord;
  isStillRefused: typeof isStillRefused;
  /** `token-memory.ts`: what is known stays, if an answer of the store brings something older. */
  keepsNewer: boolean;
  /** `token-memory.ts`: what was known before the store showed nothing counts against what appears there next. */
  keepsAside: boolean;
  /** `take-lease.ts`: nothing is redeemed unless the lease was saved. */
  provesLease: boolean;
  /** `sign-in.ts`: a consent over what had to be recovered begins a moment of repair. */
  mendsBehindConsent: boolean;
  /** `redeem.ts`: nothing is sent under a lease that has lapsed by then. */
  asksBeforeSend: boolean;
  /** `redeem.ts`: a request that is slow is waited for, as long as its lease stands, and not sent again. */
  waitsForSlow: boolean;
}

export const PRODUCTION: Rules = {
  relationOf,
  nextStep,
  commitStep,
  renewedRecord,
  receiveTokens,
  emptyRecord,
  signedInRecord,
  signedOutRecord,
  sessionToKeep,
  consentedRecord,
  isStillRefused,
  keepsNewer: true,
  keepsAside: true,
  provesLease: true,
  mendsBehindConsent: true,
  asksBeforeSend: true,
  waitsForSlow: true,
};
