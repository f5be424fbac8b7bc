import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TraceRecord } from '../../src/timeline/trace-record.ts';
import { tracePage } from '../../src/trace/trace-page.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const request = (id: number): TraceRecord => ({
  ...{ at: 1_000 + id, pid: 7, kind: 'request', id: String(id), method: 'GET' },
  url: `https://api.example/${id}`,
  status: 401,
});

test('of a long trace the last part is drawn, with the processes that are in it, and the page says so', async () => {
  const path = join(temporaryDirectory(), 'page.html');
  const page = tracePage(path, 100);
  page.add({ at: 1, pid: 7, kind: 'process_started', name: 'app.js' });
  page.add({ at: 1, pid: 8, kind: 'process_started', name: 'gone.js' });
  for (let id = 0; id < 1_000; id++) page.add(request(id));
  page.add({ ...request(999), notReplayed: 'the true reason' } as TraceRecord);
  expect(await page.write()).toBe(`the page is in ${path}`);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain('The last 100 records; 901 came before them.');
  expect(text).toContain('app.js');
  expect(text).toContain('the true reason');
  expect(text).not.toContain('gone.js');
  expect(text).not.toContain('api.example/899');
  expect(statSync(path).mode & 0o077).toBe(0);
});

test('a page that cannot be drawn is told, and nothing is thrown', async () => {
  const page = tracePage(join(temporaryDirectory(), 'page.html'));
  page.add({ at: 1, pid: 7.5, kind: 'process_started', name: 'app.js' });
  expect(await page.write()).toContain('could not be written');
});
