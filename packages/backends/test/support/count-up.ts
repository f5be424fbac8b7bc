// Adds one to a stored number, again and again, and tells its parent each number that was saved. Arguments: directory,
// key, times; then the files of the keys that seal it, if any.
import { randomUUID } from 'node:crypto';
import { fileBackend } from '@everbearer/backends/file';
import type { TokenBackend } from '@everbearer/core/contract';

interface Count {
  number: number;
  /** Who made the last updates, by which an update with an unknown outcome is found. */
  by: string[];
}

const [directory, key = '', times, ...keyFiles] = process.argv.slice(2);
const plain = fileBackend({ directory });
const backend = keyFiles.length > 0 ? await sealed() : plain;

/** Loaded only where it is used: these processes start by the dozen. */
async function sealed(): Promise<TokenBackend> {
  const { encrypted } = await import('@everbearer/backends/encrypted');
  const { keyFromFile } = await import('@everbearer/backends/sealing-keys');
  return encrypted(plain, { keys: keyFiles.map((file) => keyFromFile(file)) });
}

for (let done = 0; done < Number(times); ) {
  const { count, version } = await load();
  const me = randomUUID();
  const next: Count = { number: count.number + 1, by: [me, ...count.by].slice(0, 200) };
  if (!(await save(next, version, me))) continue;
  process.send?.(next.number);
  done++;
}
await backend.close?.();

async function load(): Promise<{ count: Count; version: string }> {
  const stored = await backend.load(key);
  if (!stored || stored.recovered) throw new Error('the record was lost');
  return { count: JSON.parse(stored.data) as Count, version: stored.version };
}

async function save(count: Count, version: string, me: string): Promise<boolean> {
  try {
    return (await backend.save(key, JSON.stringify(count), version)) !== undefined;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'unavailable') throw error;
    return (await load()).count.by.includes(me);
  }
}
