import { memoryBackend } from '@everbearer/backends/memory';
import { expect, test } from 'vitest';

function counted() {
  const hint = () => void hint.calls++;
  hint.calls = 0;
  return hint;
}

test('hints that are ended twice are ended once', async () => {
  const backend = memoryBackend();
  const [first, second] = [counted(), counted()];
  const end = backend.watch?.('key', first);
  end?.();
  backend.watch?.('key', second);
  end?.();
  await backend.save('key', 'text', undefined);
  expect([first.calls, second.calls]).toEqual([0, 1]);
});

test('the same hint may be given twice, and each is ended by itself', async () => {
  const backend = memoryBackend();
  const hint = counted();
  const end = backend.watch?.('key', hint);
  backend.watch?.('key', hint);
  const version = await backend.save('key', 'text', undefined);
  expect(hint.calls).toBe(2);
  end?.();
  await backend.save('key', 'newer', version);
  expect(hint.calls).toBe(3);
});
