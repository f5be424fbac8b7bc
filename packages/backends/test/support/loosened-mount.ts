// A record on a volume that `fsGroup` has opened, mounted read-only. Prints how it is met. Arguments: an empty directory, a group.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';

const [base = '', group = ''] = process.argv.slice(2);
const key = 'record';
const [volume, mounted] = [join(base, 'volume'), join(base, 'mounted')];
for (const folder of [volume, mounted]) mkdirSync(folder, { mode: 0o700 });
await fileBackend({ directory: volume }).save(key, 'stored before', undefined);
// As the kubelet does it: the owner stays, the group is that of the volume.
execFileSync('chgrp', ['-R', group, volume]);
execFileSync('chmod', ['-R', 'ug+rw', volume]);
execFileSync('find', [volume, '-type', 'd', '-exec', 'chmod', '2770', '{}', '+']);
execFileSync('mount', ['--bind', volume, mounted]);
execFileSync('mount', ['-o', 'remount,ro,bind', mounted]);

async function outcome(work: () => Promise<unknown>) {
  try {
    return { code: 'none', found: await work() };
  } catch (error) {
    return { code: (error as { code?: unknown }).code, message: (error as Error).message };
  }
}

const backend = fileBackend({ directory: mounted });
const loaded = await outcome(async () => (await backend.load(key))?.data);
const keys = await outcome(async () => {
  const all: string[] = [];
  for await (const each of backend.list()) all.push(each);
  return all;
});
const saved = await outcome(() => backend.save(key, 'text', undefined));
const warnings = backend.warnings();
const failing = (await backend.check()).filter(({ ok }) => !ok).map(({ name }) => name);
// What a mount does not leave so is refused as before.
chmodSync(volume, 0o777);
const open = await outcome(() => fileBackend({ directory: mounted }).load(key));
console.log(JSON.stringify({ loaded, keys, saved, warnings, failing, open }));
