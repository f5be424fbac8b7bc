import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { pageWith } from '../src/comparison-page.ts';
import { doWorks } from '../src/do-works.ts';
import { CALL_PATH } from '../src/peer.ts';
import { everbearerFetch } from '../src/peers/everbearer.ts';
import { kyHook } from '../src/peers/ky-hook.ts';
import { PEERS } from '../src/peers.ts';
import { LENIENT, openScene } from '../src/scene.ts';
import { acrossExpiries } from '../src/work/across-expiries.ts';
import { deadLogin } from '../src/work/dead-login.ts';
import { eightProcesses } from '../src/work/eight-processes.ts';
import { heldToken } from '../src/work/held-token.ts';
import { herd } from '../src/work/herd.ts';
import { lateRejections } from '../src/work/late-rejections.ts';
import { made } from '../src/work/made.ts';
import type { Cells } from '../src/work.ts';
import { WORKS } from '../src/works.ts';

const page = readFileSync(new URL('../../../docs/comparison.md', import.meta.url), 'utf8');

test('the code is sound', () => {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  const { stdout, status } = spawnSync('tsc', ['-p', folder], { encoding: 'utf8' });
  expect([stdout, status]).toEqual(['', 0]);
});

describe.each(PEERS)('$name', (peer) => {
  test('calls with the token that it was given, and with the next one when that has ended', async () => {
    await using scene = await openScene(peer, { ...LENIENT, accessTokenLifeMs: 1_000 });
    const { client, farEnd } = scene;
    expect(await client.call(CALL_PATH)).toBe(200);
    await farEnd.control.setAccessTokenLife(3_600_000);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect([await client.call(CALL_PATH), await client.call(CALL_PATH)]).toEqual([200, 200]);
    expect((await scene.counted()).tokenRequests).toBeGreaterThan(0);
  });
});

/** What ours promises, whatever it is compared with. */
const OURS: readonly [work: (typeof WORKS)[number], cells: Cells][] = [
  [heldToken, [expect.stringMatching(/^\d+\.\d\d$/), 0]],
  [herd, [1, 0, 0]],
  [lateRejections, [1, 20, 0]],
  [eightProcesses, [1, 0, 1, 0, 0]],
  [acrossExpiries, [expect.any(Number), expect.any(Number), '0', 0]],
  [deadLogin, [1, 100, expect.stringContaining('ReauthorizationRequiredError')]],
  [made, [expect.stringMatching(/^\d+\.\d\d$/), expect.stringMatching(/kB$/)]],
];

test('every work has its expectation here', () => {
  expect(OURS.map(([work]) => work)).toEqual(WORKS);
});

describe.each(OURS)('$title', (work, cells) => {
  test('is done by ours and by another', async () => {
    const [done] = await doWorks([work], [everbearerFetch, kyHook], 'smoke');
    expect(done?.rows[0]?.cells).toEqual(cells);
    expect(done?.rows[1]?.cells).toHaveLength(work.columns.length);
  });
});

describe('the page', () => {
  const rows = [{ peer: kyHook, cells: [7, 8, 9] }];

  test('has what was measured between its marks, and the words around them as before', () => {
    const written = pageWith(page, [{ work: herd, rows }], 'A machine.');
    expect(written).toMatch(/^\| ky, careful hooks \| 7 +\| 8 +\| 9 +\|$/m);
    expect(written).toMatch(/Measured with ky \d+\.\d+\.\d+\. A machine\./);
    expect(pageWith(written, [{ work: herd, rows }], 'A machine.')).toBe(written);
    expect(written.split('<!--')[0]).toBe(page.split('<!--')[0]);
  });

  test('is not written where a mark is missing', () => {
    const without = page.replace('<!-- tables: end -->', '');
    expect(() => pageWith(without, [{ work: herd, rows }], '')).toThrow(/has no/);
  });

  test('has a row for each library in each table', () => {
    for (const { title } of WORKS) expect(page).toContain(`\n## ${title}\n`);
    for (const { name } of PEERS) expect(page.split(`\n| ${name} `)).toHaveLength(WORKS.length + 1);
  });
});
