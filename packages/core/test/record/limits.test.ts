import { expect, test } from 'vitest';
import { serializeRecord } from '../../src/record/credential-record.ts';
import {
  LARGEST_ANSWER,
  LARGEST_RECORD,
  LARGEST_TOKENS,
  LONGEST_ACCOUNT,
  LONGEST_CAUSE,
  LONGEST_DESCRIPTION,
  LONGEST_MESSAGE,
  LONGEST_SCOPE,
  LONGEST_USER_ID,
  LONGEST_USERNAME,
  MOST_REFUSED,
  MOST_REPLACED,
  MOST_SEEDS,
} from '../../src/record/limits.ts';
import { leaseOf, recordOf, refusalOf } from '../support/records.ts';

test('the largest record that is ever saved can be read again', () => {
  const list = (count: number, length: number) =>
    Array.from({ length: count }, (_, i) => String(i).padEnd(length, 'x'));
  const now = Date.now();
  const refusal = refusalOf('c'.repeat(64), {
    status: 599,
    description: 'd'.repeat(LONGEST_DESCRIPTION),
    failures: 1_000,
    notBefore: now,
    asked: true,
  });
  const largest = recordOf({
    account: 'a'.repeat(LONGEST_ACCOUNT),
    userId: 'i'.repeat(LONGEST_USER_ID),
    username: 'u'.repeat(LONGEST_USERNAME),
    replaced: list(MOST_REPLACED, 36),
    seedIds: list(MOST_SEEDS, 36),
    refusal,
    refused: Object.fromEntries(list(MOST_REFUSED, LONGEST_SCOPE).map((scope) => [scope, refusal])),
    lease: leaseOf('l'.repeat(36), { scope: 's'.repeat(LONGEST_SCOPE), holder: 'h'.repeat(256) }),
    lastFailure: {
      code: 'c'.repeat(64),
      status: 599,
      description: 'd'.repeat(LONGEST_DESCRIPTION),
      message: 'm'.repeat(LONGEST_MESSAGE),
      cause: 'c'.repeat(LONGEST_CAUSE),
      scope: 's'.repeat(LONGEST_SCOPE),
      at: now,
    },
  });
  const size = serializeRecord(largest).length + LARGEST_TOKENS + LARGEST_ANSWER;
  expect(size).toBeLessThan(LARGEST_RECORD);
});
