import { linkSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encrypted } from '@everbearer/backends/encrypted';
import { fileBackend } from '@everbearer/backends/file';
import { describe, expect, test } from 'vitest';
import { createDrafts } from '../../src/file/drafts.ts';
import { publishVersion } from '../../src/file/publish-version.ts';
import { readNewest } from '../../src/file/version-files.ts';
import { newKey } from '../support/sealing.ts';
import {
  everythingIn,
  folderOf,
  newestPath,
  otherNames,
  temporaryDirectory,
  versionsIn,
} from '../support/state-files.ts';

const KEY = 'record';
const TOKEN = 'EVERBEARER-CANARY-refresh-token';
const TOMBSTONE = 'signed out';

/** A record of some renewals, with everything that a directory collects: versions, damage, drafts, spares. */
async function livedIn() {
  const directory = temporaryDirectory();
  const backend = fileBackend({ directory });
  const folder = folderOf(directory, KEY);
  let version: string | undefined;
  for (let n = 1; n <= 5; n++) version = await backend.save(KEY, `${TOKEN} ${n}`, version);
  truncateSync(newestPath(directory, KEY), statSync(newestPath(directory, KEY)).size - 1);
  const recovered = await backend.load(KEY);
  version = await backend.save(KEY, `${TOKEN} 6`, recovered?.version, { reserveBytes: 4_096 });
  for (const writer of ['0_elsewhere_1_7_123_0123456789ab.1', `${backend.holder}.77`])
    writeFileSync(join(folder, `t.${writer}`), `${TOKEN} in a draft`, { mode: 0o600 });
  return { directory, backend, folder, version };
}

describe('a save that erases what is older', () => {
  test('leaves no byte of it in the directory, and a process that starts later finds nothing else', async () => {
    const { directory, backend, folder, version } = await livedIn();
    expect(everythingIn(directory)).toContain(TOKEN);
    const saved = await backend.save(KEY, TOMBSTONE, version, { eraseOlder: true });
    expect(everythingIn(directory)).not.toContain(TOKEN);
    expect(versionsIn(folder)).toEqual([7]);
    expect(otherNames(folder)).toEqual([]);
    expect(await fileBackend({ directory }).load(KEY)).toEqual({ data: TOMBSTONE, version: saved });
  });

  test('is what damage stops at: it never brings back what was before', async () => {
    const { directory, backend, version } = await livedIn();
    const saved = await backend.save(KEY, TOMBSTONE, version, { eraseOlder: true });
    truncateSync(newestPath(directory, KEY), 40);
    for (const each of [backend, fileBackend({ directory })])
      await expect(each.load(KEY)).rejects.toMatchObject({ code: 'damaged', version: expect.any(String) });
    expect(await backend.save(KEY, 'a new sign-in', saved)).toBeUndefined();
  });

  test('is found behind damage of what came after it, and nothing before it is', async () => {
    const { directory, backend, folder, version } = await livedIn();
    const before = readFileSync(newestPath(directory, KEY));
    const saved = await backend.save(KEY, TOMBSTONE, version, { eraseOlder: true });
    await backend.save(KEY, 'a new sign-in', saved);
    // As a backup would put it back, or a removal that the disk forgot.
    writeFileSync(join(folder, 'v.6'), before, { mode: 0o600 });
    truncateSync(join(folder, 'v.8'), 40);
    expect(await fileBackend({ directory }).load(KEY)).toMatchObject({ data: TOMBSTONE, recovered: true });
    truncateSync(join(folder, 'v.7'), 40);
    expect(versionsIn(folder)).toEqual([8, 7]);
  });

  test('compares, and erases nothing on a conflict', async () => {
    const { backend, folder, version } = await livedIn();
    expect(await backend.save(KEY, TOMBSTONE, '5.older', { eraseOlder: true })).toBeUndefined();
    expect(versionsIn(folder)).toEqual([6, 5, 4, 3, 2, 1]);
    expect(await backend.load(KEY)).toEqual({ data: `${TOKEN} 6`, version });
  });

  test('through encrypted() as well', async () => {
    const directory = temporaryDirectory();
    const backend = encrypted(fileBackend({ directory }), { keys: [newKey('a')] });
    const first = await backend.save(KEY, TOKEN, undefined);
    const second = await backend.save(KEY, `${TOKEN} 2`, first);
    const saved = await backend.save(KEY, TOMBSTONE, second, { eraseOlder: true });
    expect(versionsIn(folderOf(directory, KEY))).toEqual([3]);
    expect(await backend.load(KEY)).toEqual({ data: TOMBSTONE, version: saved });
  });

  test('of one that was cut short, whoever looks next finishes the work', async () => {
    for (const look of ['load', 'save'] as const) {
      const { directory, backend, folder } = await livedIn();
      const before = readFileSync(newestPath(directory, KEY));
      const saved = await backend.save(KEY, TOMBSTONE, (await backend.load(KEY))?.version, {
        eraseOlder: true,
      });
      writeFileSync(join(folder, 'v.6'), before, { mode: 0o600 });
      linkSync(join(folder, 'v.6'), join(folder, 'damaged.5'));
      const later = fileBackend({ directory });
      if (look === 'load') expect(await later.load(KEY)).toEqual({ data: TOMBSTONE, version: saved });
      else expect(await later.save(KEY, 'a new sign-in', saved)).toEqual(expect.any(String));
      expect(everythingIn(directory)).not.toContain(TOKEN);
    }
  });

  test('takes the draft away from a slower save, which is told of a conflict', async () => {
    const directory = temporaryDirectory();
    const backend = fileBackend({ directory });
    const folder = folderOf(directory, KEY);
    const version = await backend.save(KEY, TOKEN, undefined);
    const over = await readNewest(folder);
    const drafts = createDrafts('slower');
    const slow = {
      ...drafts,
      async write(...given: Parameters<typeof drafts.write>) {
        const draft = await drafts.write(...given);
        await backend.save(KEY, TOMBSTONE, version, { eraseOlder: true });
        return draft;
      },
    };
    expect(await publishVersion(folder, slow, { kind: 'text', text: `${TOKEN} 2`, over })).toBeUndefined();
    expect(everythingIn(directory)).not.toContain(TOKEN);
    expect(await backend.load(KEY)).toMatchObject({ data: TOMBSTONE });
  });
});

test('a save that lost leaves nothing of its text in the space that is kept for the next one', async () => {
  const directory = temporaryDirectory();
  const [one, other] = [fileBackend({ directory }), fileBackend({ directory })];
  const lease = await one.save(KEY, 'lease', undefined, { reserveBytes: 8_192 });
  const drafts = createDrafts('loser');
  const folder = folderOf(directory, KEY);
  const over = await readNewest(folder);
  const reserve = await drafts.write(folder, Buffer.from('a lease'), 8_192);
  await reserve.discard();
  await other.save(KEY, 'somebody else', lease);
  expect(await publishVersion(folder, drafts, { kind: 'text', text: TOKEN, over })).toBeUndefined();
  expect(otherNames(folder)).toEqual([]);
  expect(everythingIn(directory)).not.toContain(TOKEN);
});

describe('a deletion', () => {
  test('is told from a record that never was or that was lost, until the key is saved again', async () => {
    const directory = temporaryDirectory();
    const backend = fileBackend({ directory });
    const others = [
      fileBackend({ directory }),
      encrypted(fileBackend({ directory }), { keys: [newKey('a')] }),
    ];
    const told = () => Promise.all([backend, ...others].map(async (each) => each.wasDeleted?.(KEY)));
    expect(await told()).toEqual([false, false, false]);
    const version = await backend.save(KEY, TOKEN, undefined);
    expect(await told()).toEqual([false, false, false]);
    await backend.delete(KEY, version as string);
    expect(await told()).toEqual([true, true, true]);
    expect(await fileBackend({ directory }).load(KEY)).toBeUndefined();
    await backend.save(KEY, 'a new sign-in', undefined);
    expect(await told()).toEqual([false, false, false]);
  });

  test('that was cut short is finished by whoever looks next', async () => {
    const { directory, backend, folder, version } = await livedIn();
    const before = readFileSync(newestPath(directory, KEY));
    await backend.delete(KEY, version as string);
    expect(everythingIn(directory)).not.toContain(TOKEN);
    writeFileSync(join(folder, 'v.6'), before, { mode: 0o600 });
    expect(await fileBackend({ directory }).load(KEY)).toBeUndefined();
    expect(everythingIn(directory)).not.toContain(TOKEN);
  });
});
