import { chmodSync, chownSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compileCacheOfOthers } from '@everbearer/far-end/support/compile-cache-of-others';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/doctor/finding.ts';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { shell } from '../support/shell.ts';

/* The doctor where only another user, or a disk that is full, shows what is wrong. Both need root's rights to arrange. */

const shared = sharedServer();
const UID = 12_345;
const isRoot = process.getuid?.() === 0;

/** A set-up that this other user runs, with a line of a shell as that user. */
function elsewhere() {
  const line = commandLine(shared.server);
  chmodSync(line.directory, 0o755);
  const env = { XDG_STATE_HOME: line.directory, NODE_COMPILE_CACHE: compileCacheOfOthers() };
  const asUser = (words: string) =>
    shell(line.directory, `exec setpriv --reuid=${UID} --regid=${UID} --clear-groups ${words}`, { env });
  const wrong = async () => {
    const { exit, out, notes } = await asUser('everbearer doctor --json');
    expect(notes).toBe('');
    const findings = (JSON.parse(out) as Finding[]).filter(({ ok }) => !ok);
    return { exit, names: findings.map(({ name }) => name), findings };
  };
  return { ...line, asUser, wrong };
}

/** Nobody is signed in, and all else is well. */
const SOUND = { exit: 1, names: ['account default'] };

describe.runIf(isRoot)(
  'a directory that this user cannot write to is mended by the command that is printed',
  () => {
    test.each<[string, string, (store: string) => void]>([
      ['its parent belongs to root', 'directory', () => undefined],
      ['it belongs to root', 'directory', (store) => mkdirSync(store, { mode: 0o700 })],
      ['it belongs to root, and anybody may look', 'directory', (store) => mkdirSync(store, { mode: 0o755 })],
    ])('%s', async (_, name, arrange) => {
      const { store, wrong } = elsewhere();
      arrange(store);
      const { exit, names, findings } = await wrong();
      expect({ exit, names }).toEqual({ exit: 1, names: [name] });
      expect(findings[0]?.detail).toContain(`this process runs as uid ${UID}`);
      const [, command = ''] =
        /As root, run: (.*?)(?: \(in a container.*|, or name.*)$/.exec(findings[0]?.remedy ?? '') ?? [];
      expect(await shell(join(store, '..'), command)).toMatchObject({ exit: 0 });
      expect(await wrong()).toMatchObject(SOUND);
    });

    test.each([0o500, 0o300])('its owner took rights away: mode %o', async (mode) => {
      const { store, wrong, asUser } = elsewhere();
      mkdirSync(store);
      chownSync(store, UID, UID);
      chmodSync(store, mode);
      const { exit, names, findings } = await wrong();
      expect({ exit, names }).toEqual({ exit: 1, names: [mode === 0o500 ? 'writable' : 'directory'] });
      const [, command = ''] = /^Run: (.*)$/.exec(findings[0]?.remedy ?? '') ?? [];
      expect(await asUser(command)).toMatchObject({ exit: 0 });
      expect(await wrong()).toMatchObject(SOUND);
    });

    test('what another command says of it: the path, the user and the remedy', async () => {
      const { store, asUser } = elsewhere();
      mkdirSync(store, { mode: 0o700 });
      for (const command of ['status', 'token', 'renew']) {
        const { exit, out, notes } = await asUser(`everbearer ${command}`);
        expect(exit, command).toBe(3);
        expect(out + notes).toMatch(new RegExp(`${store}.*uid ${UID}.*As root, run: chown`, 's'));
      }
      expect(readdirSync(store)).toEqual([]);
    });
  },
);

test.runIf(isRoot)('a disk that is full: what is stored is kept and told, and room mends it', async () => {
  const { directory, store, signIn, run } = commandLine(shared.server);
  await signIn();
  await run('renew');
  const disk = join(directory, 'disk');
  mkdirSync(disk, { mode: 0o700 });
  const fill = 'dd if=/dev/zero of=disk/filler bs=4k 2> /dev/null; sync';
  const doctor = 'everbearer doctor --json --directory disk/tokens; echo ,';
  const line = `mount -t tmpfs -o size=256k,mode=0700 tmpfs disk && cp -a ${store} disk/tokens
    ${fill}; echo [; ${doctor}
    everbearer status --json --directory disk/tokens; echo ,
    everbearer token --directory disk/tokens > token; echo "$?,"; wc -c < token; rm token; echo ,
    everbearer renew --json --directory disk/tokens; echo ,
    rm disk/filler; everbearer renew --json --directory disk/tokens; echo ]`;
  const { out, notes } = await shell(directory, `unshare -m sh -c '${line}'`);
  expect(notes).toBe('');
  const [findings, status, tokenExit, tokenBytes, failed, renewed] = JSON.parse(out);
  const wrong = (findings as Finding[]).filter(({ ok }) => !ok).map(({ name }) => name);
  expect(wrong).toEqual(['writable', 'free space', 'volume']);
  expect(JSON.stringify(findings)).toMatch(/no space left \(ENOSPC\).*Make room \(df -h/);
  expect(status).toMatchObject({ accounts: [{ state: 'valid', renewals: 1 }] });
  expect({ tokenExit, isThere: tokenBytes > 20 }).toEqual({ tokenExit: 0, isThere: true });
  expect(failed).toMatchObject([{ renewed: false, error: { code: 'full' } }]);
  expect(renewed).toMatchObject([{ renewed: true }]);
});
