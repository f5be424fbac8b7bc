// A read-only mount, a container's own file system. Prints how they are met. Argument: an empty directory.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';

const [base = ''] = process.argv.slice(2);
const folder = (name: string) => {
  mkdirSync(join(base, name), { mode: 0o700 });
  return join(base, name);
};
const mount = (...given: string[]) => execFileSync('mount', given);

async function outcome(work: () => Promise<unknown>) {
  try {
    return { code: 'none', message: String(await work()) };
  } catch (error) {
    return { code: (error as { code?: unknown }).code, message: (error as Error).message };
  }
}

const writable = folder('writable');
const key = 'record';
const version = await fileBackend({ directory: writable }).save(key, 'stored before', undefined);
const readOnly = folder('read-only');
mount('--bind', writable, readOnly);

// It turns read-only under a running process, and is so for a new one.
const running = fileBackend({ directory: readOnly });
await running.load(key);
mount('-o', 'remount,ro,bind', readOnly);
const whileRunning = await outcome(() => running.save(key, 'text', version));
const firstSave = await outcome(() => running.save('another', 'text', undefined));
const stillReads = (await running.load(key))?.data;
const loaded = await outcome(() => fileBackend({ directory: readOnly }).load(key));
const restarted = fileBackend({ directory: readOnly });
const found = (await restarted.load(key))?.data;
const keys: string[] = [];
for await (const each of restarted.list()) keys.push(each);
const failing = (await restarted.check()).filter(({ ok }) => !ok).map(({ name }) => name);
const refused = [
  await outcome(() => restarted.save(key, 'text', version)),
  await outcome(() => restarted.save(key, 'text', version, { eraseOlder: true })),
  await outcome(() => restarted.delete(key, String(version))),
  // Nothing is there, and why is more likely the mount than the end of a session.
  await outcome(() => restarted.load('another')),
];
const below = await outcome(() => fileBackend({ directory: join(readOnly, 'new') }).load(key));

const disk = folder('disk');
mount('-t', 'tmpfs', '-o', 'mode=0700', 'tmpfs', disk);
for (const name of ['lower', 'upper', 'work']) folder(`disk/${name}`);
const overlay = folder('overlay');
const layers = `lowerdir=${disk}/lower,upperdir=${disk}/upper,workdir=${disk}/work`;
mount('-t', 'overlay', 'overlay', '-o', layers, overlay);
const inContainer = fileBackend({ directory: join(overlay, 'state') });
const saved = await outcome(() => inContainer.save(key, 'text', undefined));
const warning = (await inContainer.check()).find(({ name }) => name === 'volume');
const whileItRan = { whileRunning, firstSave, stillReads };
console.log(JSON.stringify({ ...whileItRan, loaded, found, keys, failing, refused, below, saved, warning }));
