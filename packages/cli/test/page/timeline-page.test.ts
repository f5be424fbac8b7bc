import { describe, expect, test } from 'vitest';
import { timelinePage } from '../../src/timeline/timeline-page.ts';
import type { TraceRecord } from '../../src/timeline/trace-record.ts';
import { storyRecords, troubleRecords } from '../support/story-records.ts';
import { accessibilityFaults, expectNoSidewaysScroll, sharedBrowser } from './browser.ts';
import { differenceFrom, storeIfAsked } from './pictures.ts';

/* The page as a person sees it: in a browser, wide and narrow, light and dark. */

const browser = sharedBrowser();
const TITLE = 'An inbox monitor, and all that goes wrong around it';
const storyPage = (records: readonly TraceRecord[] = storyRecords()) =>
  timelinePage(records, { title: TITLE });
/** With each sign that there is. The wide one is the picture on the front page, where nothing fails. */
const allSigns = () => storyPage([...storyRecords(), ...troubleRecords()]);
const mark = '.lane-picture .mark';

const WINDOWS = [
  { name: 'wide-light', width: 1280, height: 820, colorScheme: 'light' },
  { name: 'wide-dark', width: 1280, height: 820, colorScheme: 'dark' },
  { name: 'narrow-light', width: 390, height: 1280, colorScheme: 'light' },
  { name: 'narrow-dark', width: 390, height: 1280, colorScheme: 'dark' },
] as const;

describe.each(WINDOWS)('$name', ({ name, width, height, colorScheme }) => {
  const options = { viewport: { width, height }, colorScheme };
  const html = width < 1_000 ? allSigns() : storyPage();

  test('looks as it did, says nothing in the console, and asks nobody for anything', async () => {
    const { page, said, asked } = await browser.lookAtText(html, options);
    const seen = await page.screenshot();
    storeIfAsked(name, seen);
    expect(differenceFrom(name, seen)).toBeUndefined();
    await expectNoSidewaysScroll(page);
    expect({ said, asked }).toEqual({ said: [], asked: [] });
    await page.context().close();
  });

  test('keeps the rules of accessibility that a program can check', async () => {
    const { page } = await browser.lookAtText(html, options);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });
});

describe('a change that a person could see is found', () => {
  const changes: [string, (html: string) => string][] = [
    ['a sign that is gone', (html) => html.replace(/<use href="#g-rejected"[^>]*data-mark[^>]*>/, '')],
    [
      'a sign of another kind',
      (html) => html.replace(/(<use href="#g-)renewed("[^>]*k-)renewed(?=" data-mark)/, '$1odd$2odd'),
    ],
    [
      'a sign a little further to the right',
      (html) =>
        html.replace(/(<use href="#g-killed" x=")([\d.]+)/, (_, start, x) => `${start}${Number(x) + 0.4}`),
    ],
    ['a bar of another length', (html) => html.replace(/(k-waited" x="[\d.]+%" width=")[\d.]+/, '$13')],
    ['another word', (html) => html.replace('token expired', 'token is expired')],
    ['another figure', (html) => html.replace('<dd>0</dd>', '<dd>8</dd>')],
  ];

  test.each(changes)('%s', async (_, change) => {
    const html = storyPage();
    expect(change(html)).not.toBe(html);
    const { width, height, colorScheme } = WINDOWS[0];
    const { page } = await browser.lookAtText(change(html), { viewport: { width, height }, colorScheme });
    expect(String(differenceFrom('wide-light', await page.screenshot()))).toContain('pixels of a square');
    await page.context().close();
  });
});

describe('the reason', () => {
  test('is shown to a pointer that is near, and goes with it', async () => {
    const { page } = await browser.lookAtText(storyPage());
    const sign = page.locator(`${mark}.k-renewal_failed`).first();
    const box = (await sign.boundingBox()) as { x: number; y: number; width: number; height: number };
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const tip = page.locator('#tip');
    await tip.waitFor();
    expect(await tip.textContent()).toMatch(
      /7\.10 s\s+A renewal failed; the tokens are kept, 60 ms\s+.*503/s,
    );
    await page.mouse.move(10, 10);
    await tip.waitFor({ state: 'hidden' });
    await page.context().close();
  });

  test('is reached by keys: one stop a lane, arrows inside it, Escape hides', async () => {
    const { page } = await browser.lookAtText(storyPage());
    const tip = page.locator('#tip');
    const name = () => page.evaluate('document.activeElement.getAttribute("aria-label")');
    await page.locator(`${mark}[tabindex="0"]`).nth(1).focus();
    await page.keyboard.press('ArrowRight');
    expect(await name()).toMatch(/^0\.90 s, A person signed in, token b5f1d0a2/);
    expect(await tip.textContent()).toContain('A person signed in');
    await page.keyboard.press('End');
    expect(await name()).toContain('The process ended');
    await page.keyboard.press('Escape');
    expect(await tip.isVisible()).toBe(false);
    await page.keyboard.press('Tab');
    expect(await name()).toContain('monitor B began');
    await page.context().close();
  });

  test('is shown to a finger, and to whoever chooses its line in the story', async () => {
    const { page } = await browser.lookAtText(allSigns(), {
      viewport: { width: 390, height: 900 },
      hasTouch: true,
      isMobile: true,
    });
    const tip = page.locator('#tip');
    await page.locator(`${mark}.k-signed_in`).first().tap();
    expect(await tip.textContent()).toContain('A person signed in');
    await page.locator('.story li', { hasText: 'A person must sign in again' }).tap();
    expect(await tip.textContent()).toMatch(/18\.40 s\s+A person must sign in again\s+revoked/);
    // The page has scrolled to it meanwhile.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    expect(await tip.isVisible()).toBe(true);
    const [sign, box] = [await page.locator(`${mark}.k-person`).boundingBox(), await tip.boundingBox()];
    expect(Math.abs((sign?.y ?? 0) - ((box?.y ?? 0) + (box?.height ?? 0)))).toBeLessThan(40);
    await page.context().close();
  });

  test('of what the world did is at its number', async () => {
    const { page } = await browser.lookAtText(storyPage());
    await page.locator('.note-flag').nth(2).hover();
    expect(await page.locator('#tip').textContent()).toContain('The token endpoint answers 503');
    await page.context().close();
  });
});

test('zoom makes the picture wider inside its frame, and Fit takes that back', async () => {
  const { page } = await browser.lookAtText(storyPage());
  const canvas = page.locator('.canvas');
  const width = async () => (await canvas.boundingBox())?.width ?? 0;
  const before = await width();
  await page.getByRole('button', { name: 'Zoom in' }).click();
  await page.getByRole('button', { name: 'Zoom in' }).click();
  expect((await width()) / before).toBeCloseTo(4, 1);
  await expectNoSidewaysScroll(page);
  await page.getByRole('button', { name: 'Fit' }).click();
  expect(await width()).toBe(before);
  await page.context().close();
});

test('texts that look like HTML stay texts, wherever they stand', async () => {
  const evil = '</script><script>hit()</script><img src=x onerror=hit()>"\'><svg onload=hit()>\u202e';
  const pid = 1;
  const records: TraceRecord[] = [
    { at: 0, pid, kind: 'process_started', name: evil },
    { at: 1, pid, kind: 'note', text: evil },
    {
      at: 2,
      pid,
      kind: 'request',
      id: '1',
      method: evil,
      url: evil,
      status: 401,
      challenge: evil,
      fingerprint: evil,
      notReplayed: evil,
    },
    { at: 3, pid, kind: 'event', type: evil, detail: evil, account: evil, provider: evil, fingerprint: evil },
    { at: 4, pid, kind: 'event', type: 'renewed', detail: evil, fingerprint: evil, expiresAt: 9 },
    { at: 9, pid, kind: 'request', id: '2', method: 'GET', url: 'https://a.example/', failure: evil },
    { at: 10, pid, kind: 'process_ended', signal: evil },
  ];
  const { page, said, asked } = await browser.lookAtText(timelinePage(records, { title: evil, intro: evil }));
  expect({ said, asked }).toEqual({ said: [], asked: [] });
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('h1').textContent()).toContain('</script><script>hit()</script>');
  await page.locator(`${mark}.k-rejected`).first().hover();
  expect(await page.locator('#tip').textContent()).toContain('it asks for: </script><script>hit()');
  await page.context().close();
});

test('ten thousand records can be looked through', async () => {
  const records: TraceRecord[] = Array.from({ length: 10_000 }, (_, index) => ({
    at: Date.UTC(2026, 0, 1) + index * 500,
    pid: index % 4,
    kind: 'request',
    id: String(index),
    method: 'GET',
    url: 'https://graph.example.com/v1.0/me/messages',
    status: index % 40 === 0 ? 401 : 200,
    durationMs: 40,
  }));
  const { page, said } = await browser.lookAtText(storyPage(records));
  const took = await page.evaluate('performance.getEntriesByType("navigation")[0].domComplete');
  expect(took).toBeLessThan(5_000);
  await page.locator(`${mark}[tabindex="0"]`).first().focus();
  const before = Date.now();
  for (let step = 0; step < 20; step++) await page.keyboard.press('ArrowRight');
  expect(Date.now() - before).toBeLessThan(4_000);
  expect(await page.locator('#tip').textContent()).toContain('GET /v1.0/me/messages');
  expect(said).toEqual([]);
  await page.context().close();
});
