import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { folders } from '../../src/folders.ts';
import { type FolderServer, serveFolder } from '../../src/serve-folder.ts';

/** A page that is looked at, and everything that it did besides being looked at. */
export interface Looked {
  page: Page;
  /** What its console said, and what it failed with. */
  said: string[];
  /** Addresses elsewhere that it asked for. */
  askedElsewhere: string[];
}

/** How a page is looked at; as on a desk by day unless said otherwise. */
interface View {
  width?: number;
  colorScheme?: 'light' | 'dark';
}

/** One browser, and one server of the built site, for all tests of a file. */
export function browserAtSite() {
  let browser: Browser;
  let context: BrowserContext;
  let server: FolderServer;
  beforeAll(async () => {
    server = await serveFolder(folders.built);
    const find = ['-c', 'command -v chromium-headless-shell'];
    const executablePath = execFileSync('sh', find, { encoding: 'utf8' }).trim();
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    context = await browser.newContext();
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  return {
    async open(path: string, { width = 1280, colorScheme = 'light' }: View = {}): Promise<Looked> {
      const page = await context.newPage();
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      const looked: Looked = { page, said: [], askedElsewhere: [] };
      page.on('console', (message) => looked.said.push(message.text()));
      page.on('pageerror', (error) => looked.said.push(String(error)));
      page.on('request', (request) => {
        if (!request.url().startsWith(server.url)) looked.askedElsewhere.push(request.url());
      });
      await page.goto(`${server.url}/${path}`);
      // Until its script has taken over, what is drawn may still change.
      await page.waitForFunction(() => '__vue_app__' in (document.querySelector('#app') ?? {}));
      return looked;
    },
  };
}

interface Axe {
  run(options: { runOnly?: string[] }): Promise<AxeResult>;
}

interface AxeResult {
  passes: object[];
  violations: { id: string; nodes: { html: string }[] }[];
}

/** What does not hold of the rules of WCAG that a program can check; of all, or of those that are named. */
export async function accessibilityFaults(page: Page, rules?: string[]): Promise<string[]> {
  const isThere = await page.evaluate(() => 'axe' in globalThis);
  if (!isThere) {
    const require = createRequire(import.meta.url);
    await page.addScriptTag({ path: require.resolve('axe-core/axe.min.js') });
  }
  const { passes, violations } = await page.evaluate(
    (runOnly) => (globalThis as unknown as { axe: Axe }).axe.run(runOnly ? { runOnly } : {}),
    rules,
  );
  if (passes.length < (rules?.length ?? 15)) throw new Error('The page was hardly looked at.');
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
}
