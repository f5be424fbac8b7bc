// Saves under an umask, and prints the modes of all that is there then. Arguments: directory, umask.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';

const [directory = '', umask = ''] = process.argv.slice(2);
process.umask(umask);
const backend = fileBackend({ directory });
// Neither this nor the reserved space keeps the process alive.
backend.watch('key', () => undefined);
const version = await backend.save('key', 'text', undefined);
await backend.save('key', 'lease', version, { reserveBytes: 1000, note: 'lease' });
const names = ['.', ...readdirSync(directory, { recursive: true, encoding: 'utf8' })];
const modeOf = (name: string) => (statSync(join(directory, name)).mode & 0o7777).toString(8);
console.log(
  JSON.stringify(Object.fromEntries(names.map((name) => [name.replace(/^\w{64}/, 'folder'), modeOf(name)]))),
);
