import { expect, test } from 'vitest';
import { explainFailure } from '../../src/file/explain-failure.ts';
import { whileBusy } from '../../src/file/synced-file.ts';

const failure = (code: string, syscall = 'write') => Object.assign(new Error(code), { code, syscall });

test.each([
  ['ENOSPC', 'write', 'full', 'df -h'],
  ['EDQUOT', 'write', 'full', 'EDQUOT'],
  ['EFBIG', 'write', 'full', 'the limit for file sizes'],
  ['EROFS', 'open', 'not_writable', 'remount,rw'],
  ['EPERM', 'link', 'not_writable', 'hard links'],
  ['ENOTSUP', 'link', 'not_writable', 'hard links'],
  ['ENOTDIR', 'mkdir', 'not_writable', 'is a file'],
  ['EMFILE', 'open', 'unavailable', 'ulimit -n'],
  ['EIO', 'fsync', 'unavailable', 'Check that disk'],
  ['ESTALE', 'read', 'unavailable', 'ESTALE'],
])('%s at %s means %s', async (code, syscall, meaning, hint) => {
  const fault = await explainFailure(failure(code, syscall), '/var/state', 'write');
  expect(fault.code).toBe(meaning);
  expect(`${fault.detail} ${fault.remedy}`).toContain(hint);
  expect(fault.detail).toContain('/var/state');
});

test('what is no answer of the operating system is not taken for one', async () => {
  expect(await explainFailure(new TypeError('a bug'), '/var/state', 'read')).toMatchObject({
    code: 'unavailable',
  });
});

test('a file that a scanner holds for a moment is tried again, within bounds', async () => {
  const work = (failures: number, code: string) => {
    let calls = 0;
    return async () => {
      if (++calls <= failures) throw failure(code);
      return calls;
    };
  };
  expect(await whileBusy(work(2, 'EBUSY'), 'linux')).toBe(3);
  expect(await whileBusy(work(2, 'EPERM'), 'win32')).toBe(3);
  await expect(whileBusy(work(2, 'EPERM'), 'linux')).rejects.toMatchObject({ code: 'EPERM' });
  await expect(whileBusy(work(99, 'EBUSY'), 'linux')).rejects.toMatchObject({ code: 'EBUSY' });
});
