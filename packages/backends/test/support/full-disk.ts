// A disk of 256 KiB that fills up at the worst moment. Prints what became of it. Argument: an empty
// directory.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';

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
const [folder = ''] = readdirSync(directory);
const left = [...readdirSync(directory).slice(1), ...readdirSync(join(directory, folder))].filter(
  (name) => !/^(key|v\.\d+)$/.test(name),
);
const checks = (await restarted.check()).filter(({ ok }) => !ok).map(({ name }) => name);

const fewFiles = mounted('few-files', 'size=256k,nr_inodes=4');
codes['inodes'] = await codeOf(fileBackend({ directory: join(fewFiles, 'state') }).save(KEY, 'w', undefined));
const someFiles = mounted('some-files', 'size=4m,nr_inodes=16');
const few = (await fileBackend({ directory: join(someFiles, 'state') }).check()).filter(
  ({ ok, name }) => !ok && name === 'free space',
);
console.log(JSON.stringify({ codes, messages, loads, renewedBytes, left, checks, few }));
