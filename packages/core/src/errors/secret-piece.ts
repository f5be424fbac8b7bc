/** A piece of a secret of this length gives it away; shorter pieces turn up in any text. */
const PIECE = 8;
/** Shorter secrets are parts of ordinary words. */
const SHORTEST = 4;
/** Controls, changes of direction, what has no width, line separators, and halves of characters. */
export const UNPRINTABLE: RegExp = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/**
 * Whether a piece of the secret stands in the text, whatever the case, and whatever was put between the letters that takes no room.
 * A secret that is itself no longer than a piece counts as a whole, and one of up to three characters not at all.
 */
export function holdsPieceOf(secret: string, text: string): boolean {
  const whole = folded(secret);
  const searched = folded(text);
  if (whole.length < PIECE) return whole.length >= SHORTEST && searched.includes(whole);
  for (let at = 0; at + PIECE <= searched.length; at++) {
    if (whole.includes(searched.slice(at, at + PIECE))) return true;
  }
  return false;
}

/** Without what may be put between letters, and in one case. */
function folded(text: string): string {
  return text.normalize('NFKC').replace(UNPRINTABLE, '').replace(/\s/gu, '').toLowerCase();
}
