import type { Sink, World } from '../world/world.ts';

/** How a bar is drawn: what is filled, and what is not. */
export interface BarStyle {
  full: string;
  empty: string;
  /** What stands around it. */
  ends: readonly [string, string];
}

const BLOCKS: BarStyle = { full: '\u2588', empty: '\u2591', ends: ['', ''] };
const PLAIN: BarStyle = { full: '#', empty: '-', ends: ['[', ']'] };

/** Blocks on a terminal; plain characters in a pipe, with NO_COLOR, and where the locale has no others. */
export function barStyle(sink: Sink, env: World['env']): BarStyle {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'UTF-8';
  const isFull = sink.isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb' && /utf-?8/i.test(locale);
  return isFull ? BLOCKS : PLAIN;
}

/** Shorter than this a bar says nothing. */
const SHORTEST = 6;
const LONGEST = 20;

/**
 * A share of a whole, of 0 to 1. It says a little where there is a little, and is full only where all is there.
 * @param room - columns there are; with fewer than a bar needs, none is drawn
 */
export function bar(share: number, { full, empty, ends }: BarStyle, room: number = LONGEST): string {
  const columns = Math.min(Math.floor(room), LONGEST);
  if (!(columns >= SHORTEST) || Number.isNaN(share)) return '';
  const inside = columns - ends[0].length - ends[1].length;
  const exact = Math.min(Math.max(share, 0), 1) * inside;
  const filled = exact > 0 && exact < inside ? Math.min(Math.max(Math.round(exact), 1), inside - 1) : exact;
  return `${ends[0]}${full.repeat(filled)}${empty.repeat(inside - filled)}${ends[1]}`;
}
