import { MOST_READ, oneLine } from './one-line.ts';
import { holdsPieceOf } from './secret-piece.ts';

type Secrets = readonly (string | undefined)[];

/** Shorter secrets are parts of ordinary words, so they count only where they stand alone. */
const SHORTEST_ANYWHERE = 4;
const REDACTED = '[redacted]';

/**
 * Text of another party, made fit for a message: one line, of at most 200 characters, in which no secret is quoted. A
 * secret in its plain form is taken out; a text that holds it in another spelling, or a piece of it, is not shown at all.
 */
export function presentableText(text: string | undefined, secrets: Secrets): string | undefined {
  if (typeof text !== 'string') return undefined;
  let clean = text.slice(0, MOST_READ);
  for (const secret of secrets) if (secret) clean = clean.replaceAll(asItStands(secret), REDACTED);
  if (quotesSecret(clean.replaceAll(REDACTED, '\n'), secrets)) return REDACTED;
  return oneLine(clean);
}

/** Whether a text gives a secret away: in any spelling, in any case, whole or a piece of it. */
export function quotesSecret(text: string, secrets: Secrets): boolean {
  const known = secrets.filter((secret) => secret !== undefined && secret !== '') as string[];
  if (known.length === 0) return false;
  const spellings = spellingsOf(text.slice(0, MOST_READ));
  return known.some((secret) => spellings.some((spelling) => givesAway(spelling, secret)));
}

function givesAway(text: string, secret: string): boolean {
  return asItStands(secret).test(text) || holdsPieceOf(secret, text);
}

/** The secret as it stands in a text; a short one only where no letter or digit is next to it. */
function asItStands(secret: string): RegExp {
  const literal = secret.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const pattern =
    secret.length < SHORTEST_ANYWHERE ? `(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])` : literal;
  return new RegExp(pattern, 'gu');
}

/** The text, and what it may have been before it was escaped: up to three times over, and what it holds in base64 or hexadecimal. */
function spellingsOf(text: string): string[] {
  const spellings = [text];
  for (let round = 0; round < 3; round++) {
    const last = spellings.at(-1) as string;
    const before = unescaped(last);
    if (before === last) break;
    spellings.push(before);
  }
  return [...spellings, ...spellings.flatMap(decodedRuns)];
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  sol: '/',
  plus: '+',
  equals: '=',
  period: '.',
  lowbar: '_',
};

/** One layer of JSON, percent and HTML escapes taken away. */
function unescaped(text: string): string {
  return text
    .replace(/\\(?:u([\da-f]{4})|x([\da-f]{2})|([^ux]))/gi, (_all, long, short, plain) =>
      plain === undefined ? String.fromCharCode(Number.parseInt(long ?? short, 16)) : plain,
    )
    .replace(/%(?:u00)?([\da-f]{2})/gi, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/&(?:#0*(\d{1,6})|#x0*([\da-f]{1,5})|([a-z]+));?/gi, (all, decimal, hex, name) =>
      name === undefined
        ? String.fromCharCode(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal))
        : (NAMED[String(name).toLowerCase()] ?? all),
    );
}

/** Runs of base64 or hexadecimal digits, decoded from wherever they may begin. */
function decodedRuns(text: string): string[] {
  const runs = text.match(/[\w+/-]{11,}/g) ?? [];
  const base64 = runs.flatMap((run) => [0, 1, 2, 3].map((start) => fromBase64(run.slice(start))));
  const hex = (text.match(/(?:[\da-f]{2}){8,}/gi) ?? []).map((run) =>
    run.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))),
  );
  return [...base64, ...hex];
}

function fromBase64(run: string): string {
  const digits = run.replaceAll('-', '+').replaceAll('_', '/');
  // A length of one more than a multiple of four cannot be.
  return atob(digits.length % 4 === 1 ? digits.slice(0, -1) : digits);
}
