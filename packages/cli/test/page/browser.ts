import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';

/** These and no others, whatever else is installed: other letters would be other pictures. */
const FONT_FOLDERS = ['/usr/share/fonts/opentype/inter', '/usr/share/fonts/truetype/jetbrains-mono'];

/** A page that is looked at, and everything that it did besides being looked at. */
export interface Looked {
  page: Page;
  /** What its console said, and what it failed with. */
  said: string[];
  /** Addresses that it asked for, its own left out. */
  asked: string[];
}

/** One browser for all tests of a file. */
export function sharedBrowser() {
  const folder = mkdtempSync(join(tmpdir(), 'everbearer-page-'));
  let browser: Browser;
  beforeAll(async () => {
    const fonts = join(folder, 'fonts.conf');
    writeFileSync(
      fonts,
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${FONT_FOLDERS.map((dir) => `<dir>${dir}</dir>`).join('')}<cachedir>${folder}/cache</cachedir></fontconfig>`,
    );
    browser = await chromium.launch({
      executablePath: execFileSync('sh', ['-c', 'command -v chromium-headless-shell'], {
        encoding: 'utf8',
      }).trim(),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-lcd-text',
        '--font-render-hinting=none',
        '--disable-background-networking',
      ],
      env: { ...(process.env as Record<string, string>), FONTCONFIG_FILE: fonts },
    });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function look(address: string, options: BrowserContextOptions = {}): Promise<Looked> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    const looked: Looked = { page, said: [], asked: [] };
    page.on('console', (message) => looked.said.push(message.text()));
    page.on('pageerror', (error) => looked.said.push(String(error)));
    page.on('request', (request) => request.url() !== address && looked.asked.push(request.url()));
    await page.goto(address);
    return looked;
  }

  return {
    look,
    lookAtText(html: string, options?: BrowserContextOptions): Promise<Looked> {
      const file = join(folder, 'page.html');
      writeFileSync(file, html);
      return look(pathToFileURL(file).href, options);
    },
  };
}

/** What does not hold of the rules of WCAG that a program can check. Run from outside, so that the page's own policy stays. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  const require = createRequire(import.meta.url);
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setBypassCSP', { enabled: true });
  await page.reload();
  await page.addScriptTag({ path: require.resolve('axe-core/axe.min.js') });
  const { passes, violations } = await page.evaluate(() =>
    (
      globalThis as unknown as {
        axe: {
          run(): Promise<{ passes: object[]; violations: { id: string; nodes: { html: string }[] }[] }>;
        };
      }
    ).axe.run(),
  );
  expect(passes.length).toBeGreaterThan(15);
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
}

/** Whether all that there is fits into the width of the window. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [content = 0, window = 0] = (await page.evaluate(
    '[document.documentElement.scrollWidth, innerWidth]',
  )) as [number, number];
  expect(content).toBeLessThanOrEqual(window);
}
