import { expect, test } from 'vitest';
import { fingerprint, recordKey } from '../../src/record/digest.ts';

const TEXTS = ['', 'plain', 'ä ☂ 🎈', 'half a pair: \ud800', 'x'.repeat(100_000)];

test('records and seeds are called the same by Node and by a runtime that has Web Crypto alone', async () => {
  const names = async () =>
    Promise.all(TEXTS.flatMap((id) => [recordKey({ id } as never, id), fingerprint(id)]));
  const onNode = await names();
  const { getBuiltinModule } = process;
  Object.assign(process, { getBuiltinModule: undefined });
  try {
    expect(await names()).toEqual(onNode);
  } finally {
    process.getBuiltinModule = getBuiltinModule;
  }
  // The key of a record that was stored by an earlier version.
  expect(onNode[2]).toBe('4tKwfzQgc-YN9qZKx4yTqdFXvE2hiFxSM7e9Iexs7EY');
});
