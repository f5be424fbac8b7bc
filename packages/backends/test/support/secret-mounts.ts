// A secret on a read-only mount, one mounted alone, one of another user. Prints how they are read. Argument: an empty
// directory.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretBackend } from '@everbearer/backends/secret';

const [base = ''] = process.argv.slice(2);
const folder = (name: string) => {
  mkdirSync(join(base, name), { mode: 0o755 });
  return join(base, name);
};
const mount = (...given: string[]) => execFileSync('mount', given);
const read = async (path: string) => (await secretBackend({ path }).load('any'))?.data;
const refusal = async (work: () => Promise<unknown>) => {
  try {
    await work();
    return { code: 'none', message: '' };
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { code, message };
  }
};

const disk = folder('disk');
mount('-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', disk);
writeFileSync(join(disk, 'token'), 'in the mount', { mode: 0o444 });
mount('-o', 'remount,ro', disk);
const sealed = secretBackend({ path: join(disk, 'token') });
const readOnly = {
  data: (await sealed.load('any'))?.data,
  saved: (await refusal(() => sealed.save('any', 'x', undefined))).code,
};

// What `subPath` does: one file of a volume, mounted over a file of the container.
const volume = folder('volume');
mount('-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', volume);
const inVolume = join(volume, 'token');
writeFileSync(inVolume, 'one');
const path = join(folder('container'), 'token');
writeFileSync(path, '');
mount('--bind', inVolume, path);
const before = await read(path);
writeFileSync(`${inVolume}.new`, 'two');
renameSync(`${inVolume}.new`, inVolume);
const finding = (await secretBackend({ path }).check()).find(({ name }) => name === 'updates');
const alone = { before, after: await read(path), whole: await read(inVolume), finding };

const foreign = join(base, 'foreign');
writeFileSync(foreign, 'of root alone', { mode: 0o600 });
chmodSync(base, 0o755);
if (process.geteuid?.() === 0) process.seteuid?.(65534);
const denied = await refusal(() => secretBackend({ path: foreign }).load('any'));
console.log(JSON.stringify({ readOnly, alone, denied }));
