import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DefaultTheme, defineConfig } from 'vitepress';
import { folders } from '../src/folders.ts';
import { headingAnchor } from '../src/heading-anchor.ts';
import { navigationOf } from '../src/navigation.ts';
import { publicEntries } from '../src/write-reference.ts';
import { chinese, chineseSearch } from './chinese.ts';

const page = (path: string) => readFileSync(join(folders.pages, path), 'utf8');

const reference: DefaultTheme.SidebarItem = {
  text: 'Reference',
  collapsed: true,
  items: publicEntries().map(({ page, specifier }) => ({ text: specifier, link: `/reference/${page}` })),
};

const decisions: DefaultTheme.SidebarItem = {
  text: 'Decisions',
  collapsed: true,
  items: [...page('decisions/index.md').matchAll(/^- \[([^\]]+)\]\(\.\/(.+)\.md\)/gm)].map(
    ([, text = '', name = '']) => ({ text, link: `/decisions/${name}` }),
  ),
};

/**
 * The page in the other language, or the first one where it is not translated. It runs in the browser as well, so it stands
 * on nothing outside.
 */
const otherLanguage: DefaultTheme.I18nRouting = ({ theme }, { data }, locale) => {
  const page = data.relativePath.replace(/^zh\//, '');
  const path = (theme.value as Theme).translated.includes(page) ? page.replace(/(index)?\.md$/, '') : '';
  return `${locale === 'zh' ? '/zh/' : '/'}${path === '' ? '' : `${path}.html`}`;
};

/** With the pages that there are in Chinese. */
type Theme = DefaultTheme.Config & { translated: string[] };

export default defineConfig<Theme>({
  title: 'Everbearer',
  description: 'Every request bears a valid token: OAuth 2 tokens for long-running TypeScript programs',
  srcDir: '.cache/pages',
  cacheDir: '.cache/vitepress',
  outDir: 'dist',
  router: { prefetchLinks: false },
  // The index of the search is large, and is loaded when somebody searches.
  vite: { build: { chunkSizeWarningLimit: 4_000 } },
  markdown: {
    anchor: { slugify: headingAnchor },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  locales: { root: { label: 'English', lang: 'en' }, zh: chinese(page('zh/index.md')) },
  themeConfig: {
    sidebar: [...navigationOf(page('index.md')), reference, decisions],
    outline: { level: [2, 3] },
    i18nRouting: otherLanguage,
    translated: globSync('*.md', { cwd: join(folders.pages, 'zh') }),
    search: {
      provider: 'local',
      options: {
        locales: { zh: chineseSearch },
        miniSearch: {
          options: {
            // Chinese has no spaces between words. It runs in the browser as well, so it stands on nothing outside.
            tokenize: (text) =>
              [...new Intl.Segmenter('zh', { granularity: 'word' }).segment(text)]
                .filter(({ isWordLike }) => isWordLike)
                .map(({ segment }) => segment),
          },
        },
      },
    },
  },
});
