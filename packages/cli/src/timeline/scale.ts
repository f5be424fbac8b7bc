import { lengthWords } from './length-words.ts';

/** Where moments are on the page, in percent of its width. */
export interface Scale {
  x(at: number): number;
  /** How wide a length is. */
  width(ms: number): number;
  /** A moment as the page says it. */
  words(at: number): string;
  ticks: readonly Tick[];
}

export interface Tick {
  at: number;
  text: string;
  /** Ticks between these are shown once there is room. */
  isMain: boolean;
}

/** Free at each side, so that a sign at the edge is whole. */
const MARGIN = 1.8;
const MAIN_TICKS = 8;
const RELATIVE_UP_TO_MS = 2 * 3_600_000;
const STEPS_MS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000],
  ...[1, 2, 5, 10, 30].map((minutes) => minutes * 60_000),
  ...[1, 3, 6, 12, 24, 48, 96, 168, 336, 720, 2_160, 8_760].map((hours) => hours * 3_600_000),
];

export function scaleOf(begin: number, end: number): Scale {
  const span = Math.max(end - begin, 100);
  const share = (100 - 2 * MARGIN) / span;
  const x = (at: number) => rounded(MARGIN + (at - begin) * share);
  const words = (at: number) => momentWords(at, begin, span);
  return { x, width: (ms) => rounded(ms * share), words, ticks: ticksOf(begin, span) };
}

function rounded(percent: number): number {
  return Math.round(percent * 1_000) / 1_000;
}

function momentWords(at: number, begin: number, span: number): string {
  if (span <= RELATIVE_UP_TO_MS) {
    const decimals = span < 1_000 ? 3 : span < 600_000 ? 2 : 0;
    return `${((at - begin) / 1_000).toFixed(decimals)} s`;
  }
  const text = new Date(at).toISOString();
  return span < 86_400_000 ? text.slice(11, 19) : `${text.slice(5, 10)} ${text.slice(11, 16)}`;
}

function ticksOf(begin: number, span: number): Tick[] {
  const main = STEPS_MS.find((step) => span / step <= MAIN_TICKS) ?? span / MAIN_TICKS;
  const small = smallStep(main);
  const isRelative = span <= RELATIVE_UP_TO_MS;
  const zero = isRelative ? begin : Math.ceil(begin / main) * main;
  const ticks: Tick[] = [];
  for (let n = -Math.floor((zero - begin) / small); zero + n * small <= begin + span; n++) {
    const at = zero + n * small;
    const isMain = Math.abs((at - zero) / main - Math.round((at - zero) / main)) < 1e-9;
    ticks.push({
      at,
      isMain,
      text:
        at === begin && isRelative
          ? '0 s'
          : isRelative
            ? lengthWords(at - begin)
            : clockWords(at, main, span),
    });
  }
  return ticks;
}

/** A step that divides the large one. */
function smallStep(main: number): number {
  const step = STEPS_MS.includes(main)
    ? STEPS_MS.findLast((each) => each <= main / 4 && main % each === 0)
    : main;
  return step ?? main;
}

function clockWords(at: number, step: number, span: number): string {
  const text = new Date(at).toISOString();
  if (!STEPS_MS.includes(step) || step >= 2_160 * 3_600_000) return text.slice(0, -17);
  if (step >= 86_400_000) return text.slice(5, 10);
  return span > 86_400_000 ? text.slice(5, 16).replace('T', ' ') : text.slice(11, 16);
}
