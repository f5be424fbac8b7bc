import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  type Stats,
  statfsSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ConfigurationError } from '@everbearer/core';
import { currentUser, modeOf, ownerOf } from '../host/current-user.ts';
import { shellQuoted } from '../host/shell-quoted.ts';
import { KEY_BYTES } from '../key/key-bytes.ts';
import {
  checkHeldKeyOptions,
  type HeldKey,
  type HeldKeyOptions,
  heldKey,
  refuseKeyAsPlace,
} from './held-key.ts';

/** Room for a key as text, with white space around it. */
const MOST_BYTES = 256;
/** Every right except reading by the owner. */
const MORE_THAN_OWNER_READS = 0o377;
/**
 * The rights that a file of root which is read through a group must not grant: to change it, and any right to the world.
 */
const MORE_THAN_GROUP_READS = 0o027;
/** Rights that a file in a secret volume must not grant, whose world is one container: to change it, or to run it. */
const MORE_THAN_WORLD_READS = 0o133;
/** `f_type` of a file system in memory. */
const TMPFS = 0x01021994;

/**
 * The key in a file: its text as `openssl rand -base64 32` prints it, or 32 raw bytes. The file belongs to this
 * user and has mode 0400 or less; or it belongs to root, nobody but root may change it, and it is mounted as Kubernetes does:
 * readable through another group of this process and not for the world (0440, with `fsGroup`), or in a secret volume with
 * the default mode 0644, which only the container has that it is mounted into. A link is followed, as mounted secrets need
 * it, and the file behind it is judged. `source` says what was accepted. On Windows, where there are no such modes, the
 * user's profile decides about access.
 * @throws {ConfigurationError} when the file is missing, open to others or to writing, or does not hold a key, or an
 * option is unknown
 * @see https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod
 */
export function keyFromFile(path: string, options: HeldKeyOptions = {}): HeldKey {
  checkHeldKeyOptions(options, 'keyFromFile(path, { kid })');
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new ConfigurationError({ option: 'path', message: '`path` must be the path of a key file.' });
  }
  const file = resolve(path);
  if (!existsSync(file)) refuseKeyAsPlace(path, 'path', 'the path of a file');
  const make = `Make one with: (umask 377; openssl rand -base64 32 > ${shellQuoted(file)})`;
  const refuse = (what: string, remedy: string, cause?: unknown) =>
    new ConfigurationError({ option: 'path', message: `The key file ${file} ${what}. ${remedy}`, cause });
  const { bytes, accepted } = readWhole(file, refuse, make);
  const found = bytes.length === KEY_BYTES ? bytes : new TextDecoder('latin1').decode(bytes);
  return heldKey(found, { option: 'path', place: `the file ${file}`, accepted, remedy: make }, options.kid);
}

type Refuse = (what: string, remedy: string, cause?: unknown) => ConfigurationError;

interface KeyFile {
  bytes: Uint8Array;
  /** Who may read it; undefined where the modes do not say. */
  accepted: string | undefined;
}

function readWhole(file: string, refuse: Refuse, make: string): KeyFile {
  let descriptor: number | undefined;
  try {
    // Judged by the descriptor, so that what is judged is what is read. Opening a pipe does not wait for its writer.
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const verdict = judge(file, fstatSync(descriptor));
    if ('refused' in verdict) throw refuse(...verdict.refused);
    const bytes = new Uint8Array(MOST_BYTES + 1);
    const length = readSync(descriptor, bytes);
    if (length === 0) throw refuse('is empty', make);
    if (length > MOST_BYTES) throw refuse('is too long for a key', make);
    return { bytes: bytes.slice(0, length), accepted: verdict.accepted };
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const { code = 'an error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw refuse('does not exist', make, error);
    const user = currentUser();
    const uid = user ? ` (uid ${user.uid})` : '';
    const remedy = `Let it belong to the user that this process runs as${uid}, with mode 0400. ${IN_KUBERNETES}`;
    throw refuse(`cannot be read (${code})`, remedy, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const IN_KUBERNETES =
  'In Kubernetes: `defaultMode: 0400` of the volume, and `fsGroup` in the `securityContext` of the pod, which makes it 0440.';

type Verdict = { accepted: string | undefined } | { refused: [what: string, remedy: string] };

function judge(file: string, stats: Stats): Verdict {
  if (!stats.isFile()) return { refused: ['is not a regular file', 'Name the file that holds the key.'] };
  const user = currentUser();
  if (!user) return { accepted: undefined };
  const { uid, gid, mode } = stats;
  const isMine = uid === user.uid;
  if (isMine && (mode & MORE_THAN_OWNER_READS) === 0)
    return { accepted: `${ownerOf(stats)}: nobody else may read it` };
  // Root's own group says nothing: that it is a group of the volume, and not one that everybody is in.
  const isMounted = uid === 0 && isGroupOfMine(gid) && !(isMine && gid === user.gid);
  if (isMounted && (mode & MORE_THAN_GROUP_READS) === 0) {
    const how = `this process may read it as a member of group ${gid}, and so may every other member`;
    return { accepted: `${ownerOf(stats)}: ${how}` };
  }
  if (uid === 0 && (mode & MORE_THAN_WORLD_READS) === 0 && isSecretVolume(file)) {
    const how =
      'this process may read it as everybody may in the container that this secret volume is mounted into';
    return { accepted: `${ownerOf(stats)}: ${how}` };
  }
  if (isMounted) {
    const who = (mode & 0o007) === 0 ? 'its group may change it' : 'everybody may read or change it';
    return { refused: [`has mode ${modeOf(mode & 0o777)}, and ${who}`, IN_KUBERNETES] };
  }
  if (!isMine) {
    const what = `belongs to uid ${uid}, and this process runs as uid ${user.uid}`;
    return { refused: [what, `Run: chown ${user.uid} ${shellQuoted(file)}`] };
  }
  const what = `has mode ${modeOf(mode & 0o777)}, and only its owner may read a key`;
  return { refused: [what, `Run: chmod 0400 ${shellQuoted(file)}`] };
}

/**
 * Whether the kubelet made the folder: in memory, the file in a hidden folder of one version, to which `..data` leads.
 * @see https://kubernetes.io/docs/concepts/configuration/secret/#mounted-secrets-are-updated-automatically
 */
function isSecretVolume(file: string): boolean {
  try {
    const version = dirname(realpathSync(file));
    const current = realpathSync(join(dirname(version), '..data'));
    return basename(version).startsWith('..') && current === version && statfsSync(file).type === TMPFS;
  } catch {
    return false;
  }
}

function isGroupOfMine(gid: number): boolean {
  return process.getgroups?.().includes(gid) === true || process.getegid?.() === gid;
}
