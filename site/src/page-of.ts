/** Packages that are published: their READMEs are pages. */
const PACKAGES = 'backends|cli|core|create|ky-plugin|providers|telemetry|testing';

/** Rules from a file or folder of the checkout to the page that shows it; the first that fits holds. */
const PAGES: readonly [pattern: RegExp, page: string][] = [
  [/^docs\/(.*?)README\.md$/, '$1index.md'],
  [/^docs\/decisions$/, 'decisions/index.md'],
  [/^docs\/([\w-]+)$/, '$1/index.md'],
  [/^docs$/, 'index.md'],
  [/^docs\/(.*\.md)$/, '$1'],
  [/^README\.md$/, 'overview.md'],
  [/^CONTRIBUTING\.md$/, 'contributing.md'],
  [/^CHANGELOG\.md$/, 'changelog.md'],
  [/^SECURITY\.md$/, 'security-policy.md'],
  [new RegExp(`^packages/(${PACKAGES})(/README\\.md)?$`), 'packages/$1.md'],
  [new RegExp(`^packages/(?:${PACKAGES})/etc/(.*)\\.api\\.md$`), 'reference/$1.md'],
  [/^examples\/([\w-]+)(\/README\.md)?$/, 'examples/$1.md'],
];

/** The page that shows a file or folder of the checkout. What has no page of its own is shown as it is, below `source/`. */
export function pageOf(path: string): string {
  const rule = PAGES.find(([pattern]) => pattern.test(path));
  // What begins with a dot is no page.
  return rule ? path.replace(...rule) : `source/${path.replace(/(^|\/)\./g, '$1')}.md`;
}

/** Whether a page shows a file as it is, as code. */
export const isSourcePage = (page: string): boolean => page.startsWith('source/');
