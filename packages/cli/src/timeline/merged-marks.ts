import { lengthWords } from './length-words.ts';
import { LEGEND } from './mark-kinds.ts';
import type { Mark } from './timeline.ts';

/** More than this in one lane no eye tells apart, and a browser is slow with. */
const MOST = 6_000;
const PARTS = 1_500;

/**
 * The same marks, as long as they are few; else those of one kind that lie together are one, which says how many it stands
 * for.
 * @param marks - of one lane, in the order of time
 */
export function mergedMarks(marks: readonly Mark[]): Mark[] {
  if (marks.length <= MOST) return [...marks];
  const begin = (marks[0] as Mark).at;
  const part = Math.max(1, ((marks.at(-1) as Mark).at - begin) / PARTS);
  const groups = Map.groupBy(
    marks,
    ({ at, kind, row }) => `${Math.floor((at - begin) / part)} ${kind} ${row}`,
  );
  return [...groups.values()].map(merged).sort((a, b) => a.at - b.at);
}

function merged(marks: readonly Mark[]): Mark {
  const [first] = marks as readonly [Mark];
  if (marks.length === 1) return first;
  const end = marks.reduce((latest, { at, durationMs }) => Math.max(latest, at + durationMs), first.at);
  const longest = marks.reduce((most, { durationMs }) => Math.max(most, durationMs), 0);
  return {
    ...first,
    durationMs: end - first.at,
    words: [
      `${marks.length} times within ${lengthWords(end - first.at)}: ${LEGEND[first.kind]}`,
      ...(longest > 0 ? [`the longest took ${lengthWords(longest)}`] : []),
      `the first: ${first.words.join(', ')}`,
    ],
  };
}
