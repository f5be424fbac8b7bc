import { posix } from 'node:path';

/** A group of the side bar, in the form that VitePress takes. */
export interface Group {
  text: string;
  collapsed?: boolean;
  items: { text: string; link: string }[];
}

/** The side bar is the table of contents in `docs/README.md`: a heading is a group, each link of a list below it is an item. */
export function navigationOf(indexPage: string, folder = ''): Group[] {
  const [, ...sections] = indexPage.split(/^## /m);
  return sections.map((section) => ({
    text: section.slice(0, section.indexOf('\n')),
    items: [...section.matchAll(/^- \[([^\]]+)\]\(([^)]+)\)/gm)].map(([, text = '', target = '']) => ({
      text: text.replaceAll('`', ''),
      link: `/${posix.join(folder, target).replace(/(index)?\.md/, '')}`,
    })),
  }));
}

/** The first heading of a page. */
export function titleOf(page: string): string {
  return /^# (.+)$/m.exec(page)?.[1] ?? '';
}
