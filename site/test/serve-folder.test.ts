import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FolderServer, serveFolder } from '../src/serve-folder.ts';

const parent = mkdtempSync(join(tmpdir(), 'site-'));
let server: FolderServer;
beforeAll(async () => {
  writeFileSync(join(parent, 'outside.html'), 'outside');
  const folder = mkdtempSync(join(parent, 'built-'));
  writeFileSync(join(folder, 'index.html'), 'first');
  writeFileSync(join(folder, '404.html'), 'not there');
  server = await serveFolder(folder);
});
afterAll(async () => {
  await server.close();
  rmSync(parent, { recursive: true });
});

/** With the path as it is, which `fetch` would have put straight. */
async function get(path: string): Promise<{ status: number | undefined; text: string }> {
  const sent = request(server.url, { path }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, text: (await response.toArray()).join('') };
}

test.each(['/', '/index.html', '/index.html?x#y'])('%s is served', async (path) => {
  expect(await get(path)).toEqual({ status: 200, text: 'first' });
});

test.each(['/none', '/../outside.html', '/%2e%2e/outside.html', '/..%2foutside.html', '/%', '/%00', '//'])(
  '%s is not there',
  async (path) => expect(await get(path)).toEqual({ status: 404, text: 'not there' }),
);

test('it listens on loopback', () => expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/));
