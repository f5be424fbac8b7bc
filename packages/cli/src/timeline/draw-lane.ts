import { escaped } from './escaped.ts';
import { GLYPHS } from './glyphs.ts';
import type { Scale } from './scale.ts';
import { stacked } from './stacked.ts';
import type { Lane, Mark, Note, TokenBand } from './timeline.ts';

const TOKENS_Y = 6;
const TOKENS_HEIGHT = 22;
const REQUESTS_Y = 38;
const REQUESTS_HEIGHT = 30;
const EVENTS_Y = 80;
const ROW = 21;

/**
 * The picture of a lane: tokens above, requests, and below them what keeps the token valid.
 * @param first - the number of its first mark, among those of the page
 */
export function drawLane(lane: Lane, notes: readonly Note[], scale: Scale, first: number): string {
  const signs = lane.marks.filter(({ row, kind }) => row === 'events' && GLYPHS[kind]);
  const rows = stacked(signs.map(({ at }) => scale.x(at)));
  const depth = rows.reduce((most, row) => Math.max(most, row + 1), 1);
  const height = EVENTS_Y + depth * ROW + 6;
  const yOf = new Map(signs.map((mark, index) => [mark, EVENTS_Y + ROW / 2 + (rows[index] as number) * ROW]));
  const drawn = lane.marks.map((mark, index) => drawMark(mark, scale, first + index, yOf.get(mark)));
  return [
    `<svg class="lane-picture" height="${height}" role="group" aria-label="${escaped(lane.name)}: arrow keys go from one thing that happened to the next">`,
    ...lane.lives.map(
      ({ from, to }) =>
        `<rect class="life" x="${scale.x(from)}%" width="${scale.width(to - from)}%" y="0" height="${height}" rx="6"/>`,
    ),
    ...notes.map(
      ({ at }) => `<line class="note-line" x1="${scale.x(at)}%" x2="${scale.x(at)}%" y1="0" y2="${height}"/>`,
    ),
    ...drawBands(lane.bands, scale),
    ...drawn.map(({ bar }) => bar),
    ...drawn.map(({ sign }) => sign),
    '</svg>',
  ].join('');
}

/** More accounts than this in one process cannot be told apart by eye. */
const MOST_STRIPS = 6;

/** One strip an account, beside one another. */
function drawBands(bands: readonly TokenBand[], scale: Scale): string[] {
  const strips = [...Map.groupBy(bands, ({ account }) => account).values()];
  if (strips.length > MOST_STRIPS) return [];
  const height = TOKENS_HEIGHT / strips.length;
  return strips.flatMap((strip, row) => {
    const place = { y: TOKENS_Y + row * height, height: strips.length === 1 ? height : height - 1 };
    return strip.map((band, index) => drawBand(band, scale, index, place));
  });
}

/** The name of a token stands in its band as far as there is room. */
function drawBand(
  { from, to, fingerprint, expired }: TokenBand,
  scale: Scale,
  index: number,
  { y, height }: { y: number; height: number },
): string {
  const place = `x="${scale.x(from)}%" y="${y}" width="${scale.width(to - from)}%" height="${height}"`;
  const isNamed = fingerprint !== undefined && height === TOKENS_HEIGHT;
  const text = isNamed ? `<text x="7" y="15">${escaped(fingerprint)}</text>` : '';
  const look = `band${index % 2 === 0 ? '' : ' other'}${expired ? ' expired' : ''}`;
  return `<svg ${place} class="${look}" aria-hidden="true"><rect width="100%" height="100%" rx="${Math.min(4, height / 2)}"/>${text}</svg>`;
}

/** Its length as a bar, and the sign that can be pointed at. Where the bar is all, it is the sign. */
function drawMark(
  mark: Mark,
  scale: Scale,
  number: number,
  eventY: number | undefined,
): { bar: string; sign: string } {
  const { at, durationMs, kind, row } = mark;
  const x = `x="${scale.x(at)}%"`;
  const width = `width="${Math.max(0.02, scale.width(durationMs))}%"`;
  const seen = `class="mark k-${kind}" data-mark="${number}"`;
  const bars = {
    requests: [REQUESTS_Y, REQUESTS_HEIGHT],
    exchanges: [EVENTS_Y - 8, 5],
    events: [(eventY ?? 0) - 5, 10],
  };
  const [y, height] = bars[row] as [number, number];
  const bar = (attributes: string) =>
    `<rect ${attributes} ${x} ${width} y="${y}" height="${height}" rx="1"/>`;
  const isBar = row === 'exchanges' || !GLYPHS[kind];
  if (isBar) return { bar: '', sign: bar(seen.replace('mark', 'mark bar')) };
  const signY = eventY ?? REQUESTS_Y + REQUESTS_HEIGHT / 2;
  return {
    bar: durationMs > 0 ? bar(`class="bar k-${kind}"`) : '',
    sign: `<use href="#g-${kind}" ${x} y="${signY}" ${seen}/>`,
  };
}
