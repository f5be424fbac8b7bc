// Adds one to a stored number, again and again, and prints each number that was saved. Arguments: directory, key, times.
import { writeSync } from 'node:fs';
import { fileBackend } from '@everbearer/backends/file';

const [directory, key = '', times] = process.argv.slice(2);
const backend = fileBackend({ directory });

for (let done = 0; done < Number(times); ) {
  const stored = await backend.load(key);
  if (!stored || stored.recovered) throw new Error('the record was lost');
  const number = Number(stored.data) + 1;
  if ((await backend.save(key, String(number), stored.version)) === undefined) continue;
  // In one write, so that a kill comes before it or after it.
  writeSync(1, `${number}\n`);
  done++;
}
await backend.close();
