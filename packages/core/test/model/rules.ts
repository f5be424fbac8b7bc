import type { CredentialRecord } from '../../src/credential-record.ts';
import { commitStep, nextStep, relationOf } from '../../src/decisions.ts';
import { emptyRecord, signedInRecord, signedOutRecord } from '../../src/families.ts';
import { receiveTokens, renewedRecord } from '../../src/received-tokens.ts';

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
  /** `refusal.ts`: whether a refusal still concerns what is stored. */
  isStillRefused(stored: CredentialRecord | undefined, leased: CredentialRecord): boolean;
  /** `take-lease.ts`: nothing is redeemed unless the lease was saved. */
  provesLease: boolean;
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
  isStillRefused: (stored, leased) =>
    stored !== undefined && stored.family === leased.family && stored.grant.id === leased.grant.id,
  provesLease: true,
};
