import { fileURLToPath } from 'node:url';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Places that the site is made from and in. */
export const folders = {
  checkout: at('../..'),
  site: at('..'),
  /** The Markdown that VitePress reads. */
  pages: at('../.cache/pages'),
  /** The finished site. */
  built: at('../dist'),
} as const;
