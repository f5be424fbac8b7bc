import { expect, test } from 'vitest';
import { browserAtSite } from './support/browser.ts';
import { builtPages } from './support/built-pages.ts';

/* The Chinese pages with Chinese letters: Debian's Chromium has none of its own, so `npm run test:site` brings a font. */

const site = browserAtSite();
const pages = builtPages.filter((page) => page.startsWith('zh/'));

test('there are four of them', () => expect(pages).toHaveLength(4));

test.each(pages)('%s is drawn with the letters of a Chinese font', async (path) => {
  const { page } = await site.open(path, { width: 390 });
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
  const paragraph = 'main .vp-doc p';
  const text = (await page.locator(paragraph).first().textContent()) ?? '';
  const session = await page.context().newCDPSession(page);
  await session.send('DOM.enable');
  await session.send('CSS.enable');
  const { root } = await session.send('DOM.getDocument');
  const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector: paragraph });
  const { fonts } = await session.send('CSS.getPlatformFontsForNode', { nodeId });
  const drawn = fonts.find(({ familyName }) => familyName.startsWith('WenQuanYi'))?.glyphCount ?? 0;
  const letters = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  expect(letters).toBeGreaterThan(15);
  expect(drawn).toBeGreaterThanOrEqual(letters);
  await page.close();
});

test('the words around a page, and around its search, are Chinese', async () => {
  const { page } = await site.open('zh/troubleshooting.html');
  const labels = await page
    .locator(':is(header, .VPNav, .VPLocalNav) :is([aria-label], [title]:not(.title))')
    .evaluateAll(labelsOf);
  await page.getByRole('button', { name: '搜索' }).first().click();
  await page.locator('#localsearch-input').fill('qqqq');
  await page.locator('.no-results').waitFor();
  const ofSearch = await page
    .locator('.VPLocalSearchBox :is([aria-label], [title], .no-results, .search-keyboard-shortcuts > span)')
    .evaluateAll(labelsOf);
  expect(labels.length).toBeGreaterThan(3);
  expect(ofSearch.length).toBeGreaterThan(8);
  expect([...labels, ...ofSearch].filter((label) => !/\p{Script=Han}/u.test(label))).toEqual([]);
  await page.close();
});

/** Runs in the browser. */
function labelsOf(elements: Element[]): string[] {
  return elements.map(
    (each) => each.getAttribute('aria-label') ?? each.getAttribute('title') ?? each.textContent ?? '',
  );
}
