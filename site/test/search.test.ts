import { expect, test } from 'vitest';
import { browserAtSite } from './support/browser.ts';

const site = browserAtSite();

test.each([
  ['', 'Search', 'ambiguous_rotation', 'errors'],
  ['', 'Search', 'createAccounts', 'many-users'],
  ['zh/', '搜索', '代理', 'zh/troubleshooting'],
])('from /%s, "%s" finds %s', async (from, label, words, found) => {
  const { page, said, askedElsewhere } = await site.open(from);
  await page.getByRole('button', { name: label }).first().click();
  await page.locator('#localsearch-input').fill(words);
  const results = page.locator('#localsearch-list a');
  await results.first().waitFor();
  const links = await results.evaluateAll((all) => all.map((each) => each.getAttribute('href') ?? ''));
  expect(links.filter((link) => link.includes(found))).not.toEqual([]);
  expect(links.filter((link) => link.includes('source/'))).toEqual([]);
  await results.first().click();
  await page.locator('#localsearch-input').waitFor({ state: 'detached' });
  expect(said).toEqual([]);
  expect(askedElsewhere).toEqual([]);
  await page.close();
});
