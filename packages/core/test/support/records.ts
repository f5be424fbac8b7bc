import type {
  CredentialRecord,
  Grant,
  Lease,
  StoredAccessToken,
} from '../../src/record/credential-record.ts';
import type { StoredRefusal } from '../../src/record/stored-refusal.ts';

/** A record with everything in order; a test names what matters to it. */
export function recordOf(changes: Partial<CredentialRecord> = {}): CredentialRecord {
  return {
    schema: 1,
    account: 'default',
    writeId: 'write-1',
    family: 'family-1',
    signedInAt: 1_000,
    replaced: [],
    seq: 3,
    state: 'active',
    grant: grantOf('grant-1'),
    refused: {},
    accessTokens: {},
    failures: 0,
    seedIds: [],
    ...changes,
  };
}

export function grantOf(id: string, changes: Partial<Grant> = {}): Grant {
  return { id, generation: 0, refreshToken: `rt-of-${id}`, issuedAt: 1_000, ...changes };
}

export function accessOf(token: string, changes: Partial<StoredAccessToken> = {}): StoredAccessToken {
  return { token, tokenType: 'Bearer', obtainedAt: 1_000, grantId: 'grant-1', ...changes };
}

export function leaseOf(id: string, changes: Partial<Lease> = {}): Lease {
  return { id, holder: 'host-a', startedAt: 0, ttlMs: 40_000, scope: 'read', tookOver: false, ...changes };
}

/** A refusal whose pause of an hour ends at its end; by default that was long ago. */
export function refusalOf(code: string, changes: Partial<StoredRefusal> = {}): StoredRefusal {
  return { code, failures: 1, notBefore: 0, pauseMs: 3_600_000, ...changes };
}
