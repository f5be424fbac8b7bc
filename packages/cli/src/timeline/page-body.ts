import { drawLane } from './draw-lane.ts';
import { escaped, scriptJson, visible } from './escaped.ts';
import { glyph, glyphDefinitions } from './glyphs.ts';
import { timelineOf } from './lanes-of.ts';
import { lengthWords } from './length-words.ts';
import { LEGEND, type MarkKind } from './mark-kinds.ts';
import { type Scale, scaleOf } from './scale.ts';
import { storyList } from './story-list.ts';
import type { Lane, Note, Timeline } from './timeline.ts';
import { totalsOf } from './totals.ts';
import type { TraceRecord } from './trace-record.ts';

/**
 * What stands in the `main` element: all that changes as a trace goes on.
 * @param until - where the picture ends at least. Default: with the last record
 */
export function pageBody(
  records: readonly TraceRecord[],
  groupBy: 'process' | 'account',
  until?: number | undefined,
): string {
  const timeline = timelineOf(records, groupBy, until);
  if (timeline.lanes.length === 0) return '<p class="nothing">Nothing has happened yet.</p>';
  const { lanes, begin, end } = timeline;
  const scale = scaleOf(begin, end);
  const marks = lanes.flatMap((lane) => lane.marks);
  const numbers = new Map(marks.map((mark, index) => [mark, index]));
  const words = [
    ...marks.map((mark) => [scale.words(mark.at), ...mark.words]),
    ...timeline.notes.map(({ at, text }) => [scale.words(at), text]),
  ].map((lines) => lines.map(visible).join('\n'));
  return [
    glyphDefinitions(),
    `<p class="when">${whenWords(begin, end)}</p>`,
    totals(records, lanes),
    picture(timeline, scale, groupBy),
    `<section class="story" aria-labelledby="story"><h2 id="story">What happened</h2>${storyList(timeline, scale, numbers)}</section>`,
    `<script type="application/json" id="words">${scriptJson(words)}</script>`,
  ].join('\n');
}

function whenWords(begin: number, end: number): string {
  const text = (at: number) => new Date(at).toISOString().replace('T', ' ').slice(0, 19);
  return `<time>${text(begin)}</time> UTC, ${lengthWords(end - begin)}`;
}

function totals(records: readonly TraceRecord[], lanes: readonly Lane[]): string {
  const items = totalsOf(records, lanes).map(
    ({ figure, words, isBad }) =>
      `<div${isBad ? ' class="bad"' : ''}><dd>${figure}</dd><dt>${escaped(words)}</dt></div>`,
  );
  return `<dl class="totals">${items.join('')}</dl>`;
}

function picture(timeline: Timeline, scale: Scale, groupBy: 'process' | 'account'): string {
  const { lanes, notes } = timeline;
  let first = 0;
  const rows = lanes.map((lane) => {
    const drawn = drawLane(lane, notes, scale, first);
    first += lane.marks.length;
    return `<div class="lane">${laneHead(lane, groupBy)}${drawn}</div>`;
  });
  return [
    '<figure class="chart" aria-label="Timeline">',
    `<div class="chart-top">${legend(lanes)}<div class="zoom" role="group" aria-label="Zoom" hidden><button type="button" data-zoom="out" aria-label="Zoom out">−</button><button type="button" data-zoom="fit">Fit</button><button type="button" data-zoom="in" aria-label="Zoom in">+</button></div></div>`,
    `<div class="scroll" tabindex="0" role="region" aria-label="Timeline, by ${groupBy}"><div class="canvas">`,
    `<div class="lane axis-lane"><div class="lane-head"></div>${axis(notes, scale, lanes.flatMap(({ marks }) => marks).length)}</div>`,
    ...rows,
    '</div></div></figure>',
  ].join('\n');
}

function laneHead({ name, lives, requests }: Lane, groupBy: 'process' | 'account'): string {
  const facts = [
    groupBy === 'process' && processWords(lives.map(({ pid }) => pid)),
    requests > 0 && `${requests} ${requests === 1 ? 'request' : 'requests'}`,
  ].filter((fact) => fact !== false);
  return `<div class="lane-head"><h2 title="${escaped(name)}">${escaped(name)}</h2>${facts.map((fact) => `<p>${fact}</p>`).join('')}</div>`;
}

function processWords(pids: readonly number[]): string {
  if (pids.length <= 3) return `process ${pids.join(', then ')}`;
  return `process ${pids.at(-1)}, after ${pids.length - 1} others`;
}

/** @param first - the number of the first note, behind those of all marks */
function axis(notes: readonly Note[], scale: Scale, first: number): string {
  const ticks = scale.ticks.map(({ at, text, isMain }) => {
    const x = scale.x(at);
    return `<g class="${isMain ? 'tick' : 'tick small'}"><line x1="${x}%" x2="${x}%" y1="36" y2="42"/><text x="${x}%" y="30">${text}</text></g>`;
  });
  const flags = notes.map(
    ({ at }, index) =>
      `<svg x="${scale.x(at)}%" y="9" class="mark note-flag" data-mark="${first + index}"><circle r="8.5"/><text y="4">${index + 1}</text></svg>`,
  );
  const name =
    notes.length > 0
      ? 'role="group" aria-label="What was done: arrow keys go from one to the next"'
      : 'aria-hidden="true"';
  return `<svg class="axis lane-picture" height="44" ${name}><g aria-hidden="true">${ticks.join('')}</g>${flags.join('')}</svg>`;
}

/** Only what is in the picture. */
function legend(lanes: readonly Lane[]): string {
  const seen = new Set<MarkKind>(lanes.flatMap(({ marks }) => marks.map(({ kind }) => kind)));
  const items = (Object.keys(LEGEND) as MarkKind[])
    .filter((kind) => seen.has(kind))
    .map((kind) => `<li>${glyph(kind)}${LEGEND[kind]}</li>`);
  const band = lanes.some(({ bands }) => bands.length > 0)
    ? '<li><svg class="sign token" viewBox="0 0 26 20" width="26" height="20" aria-hidden="true"><rect class="one" x="0" y="4" width="13" height="12" rx="3"/><rect class="two" x="13" y="4" width="13" height="12" rx="3"/></svg>valid token in hand</li>'
    : '';
  return `<ul class="legend" aria-label="Legend">${band}${items.join('')}</ul>`;
}
