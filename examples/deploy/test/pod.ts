import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { onTestFinished } from 'vitest';
import { EVERBEARER, type Ran } from './everbearer.ts';

/** As the pod of `kubernetes/keepalive.yaml` says. */
export const UID = 1000;
export const FS_GROUP = 2000;

const PROGRAM = fileURLToPath(new URL('program.ts', import.meta.url));

/** Mounts of its own, and a root that nobody writes to: what a container is for a program that looks at files. */
const CONTAINER = `set -e
mount -t tmpfs -o mode=0755 tmpfs /var/lib
mkdir /var/lib/everbearer
mount --bind "$1/volume" /var/lib/everbearer
mount -t tmpfs -o mode=0755 tmpfs /run
mkdir -p /run/secrets/everbearer /run/config
mount --bind "$1/secret" /run/secrets/everbearer
mount -o remount,bind,ro /run/secrets/everbearer
cp "$1/everbearer.config.json" /run/config
mount -o remount,ro /run
mount -o remount,bind,ro /
cd /
uid=$2 gid=$3
shift 3
exec setpriv --reuid="$uid" --regid="$uid" --groups="$gid" --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"`;

export interface RunOptions {
  uid?: number;
  env?: Readonly<Record<string, string>>;
}

/** A container that runs. */
export interface Running {
  child: ChildProcess;
  out: () => string;
  notes: () => string;
  ended: Promise<Ran>;
}

/** A volume, a Secret and a configuration, which outlive the containers that mount them. */
export interface Pod {
  base: string;
  volume: string;
  /** The Secret changes, as the kubelet does it: by a link. */
  swapSecret(refreshToken: string): void;
  start(kind: 'everbearer' | 'program', args: readonly string[], options?: RunOptions): Running;
  everbearer(args: readonly string[], options?: RunOptions): Promise<Ran>;
  program(options?: RunOptions): Promise<Ran>;
}

export function createPod(config: object, refreshToken?: string): Pod {
  const base = mkdtempSync(join(tmpdir(), 'pod-'));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  // The way to the files of the test, for a user without rights.
  chmodSync(base, 0o755);
  const [volume, secret] = [join(base, 'volume'), join(base, 'secret')];
  for (const folder of [volume, secret]) mkdirSync(folder, { mode: 0o755 });
  writeFileSync(join(base, 'everbearer.config.json'), JSON.stringify(config));
  const swapSecret = secretVolume(secret);
  if (refreshToken !== undefined) swapSecret(refreshToken);
  const start: Pod['start'] = (kind, args, options = {}) => container(base, kind, args, options);
  return {
    base,
    volume,
    swapSecret,
    start,
    everbearer: (args, options) => start('everbearer', args, options).ended,
    program: (options) => start('program', [], options).ended,
  };
}

function container(
  base: string,
  kind: 'everbearer' | 'program',
  args: readonly string[],
  { uid = UID, env = {} }: RunOptions,
): Running {
  const command = [
    process.execPath,
    ...SOURCE_OPTIONS,
    kind === 'everbearer' ? EVERBEARER : PROGRAM,
    ...args,
  ];
  const within = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private'];
  const child = spawn(
    'unshare',
    [...within, 'sh', '-c', CONTAINER, 'sh', base, `${uid}`, `${FS_GROUP}`, ...command],
    {
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
        NO_COLOR: '1',
        EVERBEARER_CONFIG: '/run/config/everbearer.config.json',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const texts = { out: '', notes: '' };
  child.stdout.on('data', (chunk) => (texts.out += chunk));
  child.stderr.on('data', (chunk) => (texts.notes += chunk));
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'close').then(([exit]) => ({ exit: exit as number | null, ...texts }));
  return { child, out: () => texts.out, notes: () => texts.notes, ended };
}

/** `refresh-token` -> `..data/refresh-token` -> a folder of its own for each change. */
function secretVolume(folder: string): (refreshToken: string) => void {
  let count = 0;
  return (refreshToken) => {
    const own = `..2026_11_28_${++count}`;
    mkdirSync(join(folder, own), { mode: 0o755 });
    const file = join(folder, own, 'refresh-token');
    writeFileSync(file, refreshToken, { mode: 0o440 });
    chownSync(file, 0, FS_GROUP);
    symlinkSync(own, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    if (count === 1) symlinkSync('..data/refresh-token', join(folder, 'refresh-token'));
    else rmSync(join(folder, `..2026_11_28_${count - 1}`), { recursive: true });
  };
}

/** What the kubelet does to a volume with `fsGroup` when a pod starts. */
export function mountWithFsGroup(path: string, policy: 'Always' | 'OnRootMismatch' = 'Always'): void {
  const stats = lstatSync(path);
  const fits = stats.gid === FS_GROUP && (stats.mode & 0o2770) === 0o2770;
  if (policy === 'OnRootMismatch' && fits) return;
  openToGroup(path);
}

function openToGroup(path: string): void {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return;
  chownSync(path, stats.uid, FS_GROUP);
  chmodSync(path, stats.mode | (stats.isDirectory() ? 0o2770 : 0o660));
  if (stats.isDirectory()) for (const name of readdirSync(path)) openToGroup(join(path, name));
}

/** A small disk in the place of the volume. */
export function mountSmallDisk(volume: string, size: string): void {
  execFileSync('mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${size},mode=0700,uid=${UID},gid=${UID}`,
    'tmpfs',
    volume,
  ]);
  onTestFinished(() => void execFileSync('umount', ['--lazy', volume]));
}

/** Everything below a folder, by its mode. */
export function modesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return [...new Set(names.map((name) => (lstatSync(join(folder, name)).mode & 0o7777).toString(8)))].sort();
}
