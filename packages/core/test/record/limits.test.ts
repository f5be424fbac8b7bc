import { expect, test } from 'vitest';
import { serializeRecord } from '../../src/record/credential-record.ts';
import {
  LARGEST_ANSWER,
  LARGEST_RECORD,
  LARGEST_TOKENS,
  LONGEST_ACCOUNT,
  LONGEST_CAUSE,
  LONGEST_MESSAGE,
  LONGEST_SCOPE,
  LONGEST_USERNAME,
  MOST_REFUSED,
  MOST_REPLACED,
  MOST_SEEDS,
} from '../../src/record/limits.ts';
import { leaseOf, recordOf } from '../support/records.ts';

test('the largest record that is ever saved can be read again', () => {
  const list = (count: number, length: number) =>
    Array.from({ length: count }, (_, i) => String(i).padEnd(length, 'x'));
  const largest = recordOf({
    account: 'a'.repeat(LONGEST_ACCOUNT),
    username: 'u'.repeat(LONGEST_USERNAME),
    replaced: list(MOST_REPLACED, 36),
    seedIds: list(MOST_SEEDS, 36),
    refused: Object.fromEntries(list(MOST_REFUSED, LONGEST_SCOPE).map((scope) => [scope, 'c'.repeat(64)])),
    lease: leaseOf('l'.repeat(36), { scope: 's'.repeat(LONGEST_SCOPE), holder: 'h'.repeat(256) }),
    lastFailure: {
      code: 'c'.repeat(64),
      message: 'm'.repeat(LONGEST_MESSAGE),
      cause: 'c'.repeat(LONGEST_CAUSE),
      scope: 's'.repeat(LONGEST_SCOPE),
      at: Date.now(),
    },
  });
  const size = serializeRecord(largest).length + LARGEST_TOKENS + LARGEST_ANSWER;
  expect(size).toBeLessThan(LARGEST_RECORD);
});
