import { expect, test } from 'vitest';
import { accessibilityFaults, browserAtSite } from './support/browser.ts';
import { builtPages } from './support/built-pages.ts';

/* Each page as a person sees it: on a phone in the dark, and on a desk by day. */

const site = browserAtSite();
const isOfText = (page: string) => !/^(source|reference)\//.test(page);
const some = [
  'reference/core.html',
  'reference/index.html',
  'source/packages/core/test/errors/retryable.test.ts.html',
];

test.each([...builtPages.filter(isOfText), ...some])('%s', async (path) => {
  const { page, said, askedElsewhere } = await site.open(path, { width: 390, colorScheme: 'dark' });
  expect(await page.locator('html.dark').count()).toBe(1);
  expect(await page.locator('main h1').count()).toBe(1);
  const [content, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content).toBeLessThanOrEqual(width as number);
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.locator('html:not(.dark)').waitFor();
  // What differs are the colours, and what there is room for.
  expect(await accessibilityFaults(page, ['color-contrast', 'landmark-unique', 'aria-hidden-focus'])).toEqual(
    [],
  );

  expect(said).toEqual([]);
  expect(askedElsewhere).toEqual([]);
  await page.close();
});
