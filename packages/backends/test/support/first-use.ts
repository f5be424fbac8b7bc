// Uses a backend for the first time, and prints how that ends. Argument: directory.
import { fileBackend } from '@everbearer/backends/file';

const [directory] = process.argv.slice(2);
const backend = fileBackend({ directory });

async function attempt(work: () => Promise<unknown>) {
  try {
    await work();
    return { code: 'none', message: '' };
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    return { code, message };
  }
}

const load = await attempt(() => backend.load('key'));
const save = await attempt(() => backend.save('key', 'text', undefined));
console.log(JSON.stringify({ load, save, checks: await backend.check() }));
