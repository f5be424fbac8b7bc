// A disk of 256 KiB that fills up at the worst moment. Prints what became of it. Argument: an empty
// directory.
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';

import { createDrafts } from '../../src/file/drafts.ts';

const KEY = 'record';
const RESERVE = 33 * 1024;
const [base = ''] = process.argv.slice(2);
const messages: string[] = [];

function mounted(name: string, size: string): string {
  const disk = join(base, name);
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `${size},mode=0700`, 'tmpfs', disk]);
  return disk;
}

let fillers = 0;
function fill(disk: string): void {
  const file = openSync(join(disk, `filler.${++fillers}`), 'w');
  try {
    while (writeSync(file, Buffer.alloc(4096, 1)) > 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    return `no error: ${await work}`;
  } catch (error) {
    messages.push((error as Error).message);
    return String((error as NodeJS.ErrnoException).code);
  }
}

const disk = mounted('disk', 'size=256k');
const directory = join(disk, 'state');
const backend = fileBackend({ directory });
const first = await backend.save(KEY, 'x'.repeat(2048), undefined);
const lease = await backend.save(KEY, 'y'.repeat(2048), first, { reserveBytes: RESERVE });
fill(disk);
const renewed = await backend.save(KEY, 'z'.repeat(RESERVE), lease);
const renewedBytes = (await backend.load(KEY))?.data.length;
fill(disk);

const codes: Record<string, string> = {};
const loads: Record<string, string | undefined> = {};
const textOf = async (by: typeof backend) => (await by.load(KEY))?.data.replace(/z+/, 'renewed');
codes['save'] = await codeOf(backend.save(KEY, 'w'.repeat(2048), renewed));
loads['afterSave'] = await textOf(backend);
codes['lease'] = await codeOf(backend.save(KEY, 'w', renewed, { reserveBytes: RESERVE }));
loads['afterLease'] = await textOf(backend);
const restarted = fileBackend({ directory });
loads['afterRestart'] = await textOf(restarted);
codes['firstUse'] = await codeOf(restarted.save(KEY, 'w', renewed));
const left = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(
  (name) => !/^\w{64}(\/(key|v\.\d+))?$/.test(name),
);
const checks = (await restarted.check()).filter(({ ok }) => !ok).map(({ name }) => name);

const fewFiles = mounted('few-files', 'size=256k,nr_inodes=4');
codes['inodes'] = await codeOf(fileBackend({ directory: join(fewFiles, 'state') }).save(KEY, 'w', undefined));
const someFiles = mounted('some-files', 'size=4m,nr_inodes=16');
const few = (await fileBackend({ directory: join(someFiles, 'state') }).check()).filter(
  ({ ok, name }) => !ok && name === 'free space',
);
/** A draft in reserved space that lost to another save, and then a second name of it. */
async function lostDraft() {
  const small = join(mounted('small', 'size=256k'), 'state');
  const folder = join(small, 'folder');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const drafts = createDrafts('writer');
  await (await drafts.write(folder, Buffer.from('lease'), RESERVE)).discard();
  const size = statSync(join(small, spareIn(small))).size;
  fill(small);
  const lost = await drafts.write(folder, Buffer.from('commit'), undefined);
  const written = statSync(lost.path).size;
  await lost.takeBack();
  const after = readFileSync(lost.path);
  linkSync(lost.path, join(folder, 'v.1'));
  const next = await drafts
    .write(folder, Buffer.from('commit'), undefined)
    .catch(({ code }: NodeJS.ErrnoException) => code);
  const published = statSync(join(folder, 'v.1')).size;
  const isBlank = !after.includes('commit');
  return { written, isWholeAgain: after.length === size, isBlank, next, isUntouched: published === size };
}

/** Somebody put a link in the place of reserved space. */
async function linkedSpare() {
  const small = join(mounted('linked', 'size=256k'), 'state');
  const target = join(base, 'target');
  writeFileSync(target, 'untouched', { mode: 0o600 });
  const backend = fileBackend({ directory: small });
  const version = await backend.save(KEY, 'lease', undefined, { reserveBytes: RESERVE });
  const spare = join(small, spareIn(small));
  unlinkSync(spare);
  symlinkSync(target, spare);
  fill(small);
  const code = await backend.save(KEY, 'commit', version).then(
    () => 'saved',
    (error: NodeJS.ErrnoException) => error.code,
  );
  return { code, target: readFileSync(target, 'utf8') };
}

function spareIn(directory: string): string {
  return readdirSync(directory).find((name) => name.startsWith('t.')) ?? 'no spare';
}

const [lost, linked] = [await lostDraft(), await linkedSpare()];
console.log(JSON.stringify({ lost, linked, codes, messages, loads, renewedBytes, left, checks, few }));
