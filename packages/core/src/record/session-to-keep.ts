import type { CredentialRecord } from './credential-record.ts';
import type { ReceivedTokens } from './received-tokens.ts';
import { relationOf } from './record-relation.ts';
import { isFinal } from './refusal-of.ts';

/** What a sign-in finds. */
export interface SignInSituation {
  stored: CredentialRecord | undefined;
  known: CredentialRecord | undefined;
  received: Pick<ReceivedTokens, 'refreshToken' | 'userId'>;
  durable: boolean;
}

/**
 * The session that a sign-in without a refresh token goes on with: its own still works, and the server named the same user
 * both times. `isLost`: the store had lost it. Undefined where the sign-in begins a family of its own.
 */
export function sessionToKeep({
  stored,
  known,
  received,
  durable,
}: SignInSituation): { record: CredentialRecord; isLost: boolean } | undefined {
  if (received.refreshToken !== undefined || received.userId === undefined) return undefined;
  const isLost = relationOf(stored, known, durable) === 'went_back';
  const record = isLost ? known : stored;
  const works = record?.grant.refreshToken !== undefined && !isFinal(record);
  return works && record.userId === received.userId ? { record, isLost } : undefined;
}
