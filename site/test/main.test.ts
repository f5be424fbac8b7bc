import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folders } from '../src/folders.ts';
import { serveFolder } from '../src/serve-folder.ts';

/* What `npm run docs` says to what it cannot do, before it builds anything. */

const docs = (...args: string[]) =>
  spawnSync(process.execPath, [join(folders.site, 'src/main.ts'), ...args], {
    encoding: 'utf8',
    timeout: 25_000,
  });

test.each([
  [['--port', 'high'], '--port high is no port. Use: npm run docs'],
  [['--port', '70000'], '--port 70000 is no port. Use: npm run docs'],
  [['--prot', '80'], "Unknown option '--prot'"],
  [['a-word'], "Unexpected argument 'a-word'"],
])('%j', (args, says) => {
  const { status, stderr } = docs(...args);
  expect(stderr).toContain(says);
  expect([status, stderr.split('\n').length]).toEqual([1, 2]);
});

test('a port that is taken', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'site-'));
  const other = await serveFolder(folder);
  const { port } = new URL(other.url);
  const { status, stderr } = docs('--port', port);
  expect(stderr).toMatch(/address already in use.*Name another one: npm run docs -- --port 4174\n$/);
  expect(status).toBe(1);
  await other.close();
  rmSync(folder, { recursive: true });
});
