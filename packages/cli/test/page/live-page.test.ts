import { expect, onTestFinished, test } from 'vitest';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { accessibilityFaults, expectNoSidewaysScroll, sharedBrowser } from './browser.ts';

/* `everbearer status --watch --web`, as a person has it open. */

const browser = sharedBrowser();
const shared = sharedServer();

/** Starts it over a store where somebody is signed in, and says what it printed. */
async function served() {
  const line = commandLine(shared.server);
  await line.signIn();
  await line.run('renew');
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  let address = '';
  let notes = '';
  const ended = line.run('status --watch --web', {
    signal: ending.signal,
    onOut: (text) => (address += text),
    onNote: (text) => (notes += text),
  });
  await expect.poll(() => address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43}\n$/);
  return { ...line, ending, ended, notes: () => notes, address: address.trim() };
}

test('shows each account as it stands, follows what happens, and says when it is over', async () => {
  const { run, ending, ended, address } = await served();
  const { page, said } = await browser.look(address);
  const card = page.locator('.account');
  await card.waitFor();
  expect(await card.textContent()).toMatch(/^defaultGood, valid/);
  const renewals = page.locator('.lane-picture .mark.k-renewed');
  expect(await renewals.count()).toBe(0);
  await run('renew');
  await renewals.waitFor();
  await renewals.first().hover();
  await expect.poll(() => page.locator('#tip').textContent()).toContain('Renewed the token');
  // News come every second, and the reason stays where it is looked at.
  const place = () => renewals.first().getAttribute('x');
  const before = await place();
  await expect.poll(place).not.toBe(before);
  expect(await page.locator('#tip').isVisible()).toBe(true);

  shared.server.revokeFamily();
  await run('renew');
  await expect
    .poll(() => card.textContent())
    .toMatch(/^defaultA person must sign in, reauthorization required: revoked/);
  await page.locator('.mark.k-person').waitFor();
  await expectNoSidewaysScroll(page);
  expect(said).toEqual([]);

  ending.abort();
  expect(await ended).toMatchObject({ exit: 2 });
  await page.locator('body.gone').waitFor();
  await page.context().close();
});

test('the key is in no address that stays, and a reload still has it', async () => {
  const { address } = await served();
  const { page, asked } = await browser.look(address);
  await page.locator('.account').waitFor();
  expect(page.url()).toBe(new URL('/', address).href);
  await page.reload();
  await page.locator('.account').waitFor();
  const key = address.split('#')[1] as string;
  expect(asked.filter((each) => each.includes(key))).toEqual([]);
  expect(new Set(asked.map((each) => new URL(each).origin))).toEqual(new Set([new URL(address).origin]));
  await page.context().close();
});

test('without the key it shows nothing but what to do', async () => {
  const { address } = await served();
  const { page } = await browser.look(new URL('/', address).href);
  await expect
    .poll(() => page.locator('main').textContent())
    .toContain('Open the one that the terminal shows.');
  expect(await page.locator('.account').count()).toBe(0);
  await page.context().close();
});

test('keeps the rules of accessibility, on a small screen in the dark', async () => {
  const { address } = await served();
  const { page } = await browser.look(address, {
    viewport: { width: 390, height: 800 },
    colorScheme: 'dark',
  });
  await page.locator('.account').waitFor();
  await expectNoSidewaysScroll(page);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.context().close();
});
