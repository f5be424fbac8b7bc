import { escaped } from './escaped.ts';
import { glyph } from './glyphs.ts';
import type { Scale } from './scale.ts';
import type { Lane, Mark, Timeline } from './timeline.ts';

/** More than this nobody reads; the picture has them all. */
const MOST = 400;

interface Line {
  at: number;
  html: string;
}

/** The same in words, in the order of time: all but requests that went well. Notes are its headings. */
export function storyList(
  { lanes, notes }: Timeline,
  scale: Scale,
  numbers: ReadonlyMap<Mark, number>,
): string {
  const told = lanes.flatMap((lane) => lane.marks.filter(isTold).map((mark) => ({ lane, mark })));
  told.sort((a, b) => a.mark.at - b.mark.at);
  const lines = told.slice(0, MOST).map(({ lane, mark }) => lineOf(lane, mark, scale, numbers));
  const rest = told.length - lines.length;
  const chapters = notes.map(({ at, text }, index) => ({
    at,
    title: `<span class="flag">${index + 1}</span> ${escaped(text)}`,
  }));
  const before = lines.filter(({ at }) => at < (chapters[0]?.at ?? Number.POSITIVE_INFINITY));
  const parts = [
    listOf(before),
    ...chapters.map(({ at, title }, index) => {
      const next = chapters[index + 1]?.at ?? Number.POSITIVE_INFINITY;
      const inside = lines.filter((line) => line.at >= at && line.at < next);
      return `<h3>${title} <time>${scale.words(at)}</time></h3>${listOf(inside)}`;
    }),
    rest > 0 ? `<p class="more">and ${rest} more, which the picture shows</p>` : '',
  ];
  return parts.join('');
}

function isTold({ kind, row }: Mark): boolean {
  return kind !== 'answered' && row !== 'exchanges';
}

function listOf(lines: readonly Line[]): string {
  return lines.length === 0 ? '' : `<ol>${lines.map(({ html }) => html).join('')}</ol>`;
}

function lineOf(lane: Lane, mark: Mark, scale: Scale, numbers: ReadonlyMap<Mark, number>): Line {
  const [title = '', ...more] = mark.words;
  const reason = more.length > 0 ? `<span class="why">${more.map(escaped).join(' · ')}</span>` : '';
  const html = `<li data-shows="${numbers.get(mark)}"><time>${scale.words(mark.at)}</time><b class="who">${escaped(lane.name)}</b>${glyph(mark.kind)}<span class="what">${escaped(title)}${reason}</span></li>`;
  return { at: mark.at, html };
}
