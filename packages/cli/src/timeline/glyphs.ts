import type { MarkKind } from './mark-kinds.ts';

/* Signs of 18 by 18 around their middle. Each has a shape of its own: nothing hangs on its colour. */

const round = '<circle class="disc" r="8"/>';
const square = '<rect class="disc" x="-7.5" y="-7.5" width="15" height="15" rx="3.5"/>';
const diamond = '<path class="disc" d="M0-9.5 9.5 0 0 9.5-9.5 0Z"/>';
const line = (path: string) => `<path class="ink" d="${path}"/>`;

/** Of marks that are more than a bar. */
export const GLYPHS: Readonly<Partial<Record<MarkKind, string>>> = {
  rejected: `${diamond}${line('M0-4.4V1M0 3.8V4')}`,
  replayed: `${round}${line('M3.9-1.4A4.1 4.1 0 1 0 3.6 2.1M4.3-4.4V-1.3H1.2')}`,
  failed: `${square}${line('M-3.4-3.4 3.4 3.4M3.4-3.4-3.4 3.4')}`,
  renewed: `${round}${line('M-3.7.2-1.1 2.9 3.8-2.8')}`,
  renewal_failed: `${square}${line('M-3.8 0H3.8')}`,
  waited: `${round}${line('M0-4.2V0L2.8 2')}`,
  adopted: `${round}${line('M0-4.2V3.6M-3.2.7 0 3.9 3.2.7')}`,
  expired: `<circle class="disc hollow" r="7.5"/>${line('M-2.9-3.9H2.9L-2.9 3.9H2.9Z')}`,
  signed_in: `${round}<circle class="fill" cy="-2.3" r="2.3"/><path class="fill" d="M-4.1 4.6C-4.1.3 4.1.3 4.1 4.6Z"/>`,
  person: `${diamond}<circle class="fill" cy="-2.6" r="2"/><path class="fill" d="M-3.6 3.6C-3.6 0 3.6 0 3.6 3.6Z"/>`,
  odd: `<circle class="disc hollow" r="7.5"/>${line('M0-.6V3.4M0-3.4V-3.2')}`,
  started: '<path class="disc" d="M-5-7 7.5 0-5 7Z"/>',
  ended: '<rect class="disc hollow" x="-5.5" y="-5.5" width="11" height="11" rx="1.5"/>',
  killed: `<path class="disc" d="M-3.7-8.5H3.7L8.5-3.7V3.7L3.7 8.5H-3.7L-8.5 3.7V-3.7Z"/>${line('M-3.2-3.2 3.2 3.2M3.2-3.2-3.2 3.2')}`,
};

/** Defined once, drawn wherever they are used. */
export function glyphDefinitions(): string {
  const signs = Object.entries(GLYPHS).map(([kind, shape]) => `<g id="g-${kind}">${shape}</g>`);
  const hatch =
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch" width="2.4" height="6"/></pattern>';
  return `<svg class="hidden" aria-hidden="true" width="0" height="0"><defs>${signs.join('')}${hatch}</defs></svg>`;
}

/** A sign of its own, in a line of text. */
export function glyph(kind: MarkKind): string {
  const shape = GLYPHS[kind]
    ? `<use href="#g-${kind}"/>`
    : '<rect class="bar" x="-2" y="-8" width="4" height="16" rx="1"/>';
  return `<svg class="sign k-${kind}" viewBox="-10 -10 20 20" width="20" height="20" aria-hidden="true">${shape}</svg>`;
}
