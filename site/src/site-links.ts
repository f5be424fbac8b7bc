import { posix } from 'node:path';
import { pageOf } from './page-of.ts';

/** A page whose links lead to pages, and the files and folders of the checkout that they lead to. */
export interface LinkedPage {
  text: string;
  targets: string[];
}

/** Code, which is left as it is, or the target of a link. */
const CODE_OR_LINK = /^(`{3,})[^\n]*\n[\s\S]*?^\1`*$|(`+)(?!`)[\s\S]*?[^`]\2(?!`)|\]\(([^()\s]+)\)/gm;

/** Rewrites the links of a Markdown file, which lead to files of the checkout, for its page on the site. */
export function withSiteLinks(text: string, file: string): LinkedPage {
  const targets: string[] = [];
  const from = posix.dirname(pageOf(file));
  const written = text.replace(CODE_OR_LINK, (found, _fence, _ticks, target?: string) => {
    if (target === undefined || /^([a-z]+:|#)/.test(target)) return found;
    const [path = '', fragment] = target.split('#');
    const meant = posix.join(posix.dirname(file), path).replace(/\/$/, '');
    targets.push(meant);
    const page = posix.relative(from, pageOf(meant));
    return `](${page.startsWith('.') ? page : `./${page}`}${fragment ? `#${fragment}` : ''})`;
  });
  return { text: written, targets };
}
