import { readdirSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { expect, test, vi } from 'vitest';
import { folderOf, newestPath, otherNames, temporaryDirectory, versionsIn } from '../support/state-files.ts';

/* A note is a version of its own, beside the text of the one before it. */

const KEY = 'record';
const NOTE = 'a lease';

async function noted() {
  const directory = temporaryDirectory();
  const backend = fileBackend({ directory });
  const older = await backend.save(KEY, 'older', undefined);
  const text = await backend.save(KEY, 'text', older);
  const version = await backend.save(KEY, 'text with a lease', text, { note: NOTE });
  return { directory, folder: folderOf(directory, KEY), backend, version };
}

const namesOfNotes = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('n.'));

test('a note is a small file of two names; the save after it leaves neither the name nor the note', async () => {
  const { directory, folder, backend, version } = await noted();
  expect(statSync(newestPath(directory, KEY)).size).toBeLessThan(250);
  const [name = ''] = namesOfNotes(folder);
  expect(statSync(join(folder, name)).ino).toBe(statSync(newestPath(directory, KEY)).ino);
  const other = fileBackend({ directory });
  expect(await other.load(KEY)).toEqual({ data: 'text', version, note: NOTE });
  const next = await backend.save(KEY, 'next', version);
  await vi.waitFor(() => expect(otherNames(folder)).toEqual([]));
  expect(await other.load(KEY)).toEqual({ data: 'next', version: next });
});

test('over a note, the text that holds both is saved', async () => {
  const { directory, folder, backend, version } = await noted();
  const next = await backend.save(KEY, 'text with another lease', version, { note: 'another' });
  expect(await backend.load(KEY)).toEqual({ data: 'text with another lease', version: next });
  await vi.waitFor(() => expect(otherNames(folder)).toEqual([]));
  expect(versionsIn(directory && folder)).toEqual([4, 3, 2, 1]);
});

test.each([0, 40])(
  'a note that a power cut took to %d bytes is still one, and is saved over',
  async (bytes) => {
    const { directory, folder } = await noted();
    truncateSync(newestPath(directory, KEY), bytes);
    const other = fileBackend({ directory });
    const found = await other.load(KEY);
    expect(found).toEqual({ data: 'text', version: expect.stringMatching(/^3\./), note: '' });
    expect((await fileBackend({ directory }).load(KEY))?.version).toBe(found?.version);
    expect(otherNames(folder)).toEqual(namesOfNotes(folder));
    const next = await other.save(KEY, 'next', found?.version);
    expect(await other.load(KEY)).toEqual({ data: 'next', version: next });
  },
);

test('damage that was no note is damage, whatever other notes are about', async () => {
  const { directory, folder } = await noted();
  const [name = ''] = namesOfNotes(folder);
  unlinkSync(join(folder, name));
  truncateSync(newestPath(directory, KEY), 0);
  writeFileSync(join(folder, name), '', { mode: 0o600 });
  expect(await fileBackend({ directory }).load(KEY)).toMatchObject({ data: 'text', recovered: true });
});

test('behind a damaged text the one before it is found, and the note with it is not', async () => {
  const { directory, folder, version } = await noted();
  truncateSync(join(folder, 'v.2'), 40);
  const backend = fileBackend({ directory });
  expect(await backend.load(KEY)).toEqual({ data: 'older', version, recovered: true });
  expect(otherNames(folder)).toContain('damaged.2');
  const next = await backend.save(KEY, 'mended', version);
  expect(await backend.load(KEY)).toEqual({ data: 'mended', version: next });
});

test('behind a damaged commit the text before its note is found', async () => {
  const { directory, backend, version } = await noted();
  await backend.save(KEY, 'commit', version);
  truncateSync(newestPath(directory, KEY), 40);
  expect(await fileBackend({ directory }).load(KEY)).toMatchObject({ data: 'text', recovered: true });
});

test('a note beside a text before which nothing may survive brings nothing back', async () => {
  const { directory, backend, version } = await noted();
  const sole = await backend.save(KEY, 'sole', version, { eraseOlder: true });
  expect(otherNames(folderOf(directory, KEY))).toEqual([]);
  const again = await backend.save(KEY, 'sole with a lease', sole, { note: NOTE });
  expect(await fileBackend({ directory }).load(KEY)).toEqual({ data: 'sole', version: again, note: NOTE });
  truncateSync(join(folderOf(directory, KEY), 'v.4'), 40);
  await expect(fileBackend({ directory }).load(KEY)).rejects.toMatchObject({ code: 'damaged' });
});

test('who looks finds the names of notes and leaves them; who saves removes those of the dead', async () => {
  const { directory, folder, backend, version } = await noted();
  const dead = backend.holder.replace(/_\d+_(\d+_[0-9a-f]{12})$/, '_4194305_$1');
  writeFileSync(join(folder, `n.${dead}.1`), NOTE, { mode: 0o600 });
  const other = fileBackend({ directory });
  await other.load(KEY);
  expect(namesOfNotes(folder)).toHaveLength(2);
  await other.save(KEY, 'next', version);
  expect(namesOfNotes(folder)).toHaveLength(1);
});

test('a renewal leaves the texts of the last saves for repair', async () => {
  const { directory, folder, backend, version: first } = await noted();
  let version = first;
  for (let n = 0; n < 40; n++) {
    version = await backend.save(KEY, `commit ${n}`, version);
    version = await backend.save(KEY, 'lease', version, { note: NOTE });
  }
  expect(versionsIn(folder).length).toBeLessThanOrEqual(17);
  expect(namesOfNotes(folder)).toHaveLength(1);
  expect(await fileBackend({ directory }).load(KEY)).toMatchObject({ data: 'commit 39', note: NOTE });
});
