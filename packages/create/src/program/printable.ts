/** A name that others gave, as a terminal may show it: without what moves the cursor, or turns the direction of what is read. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\uFFFD');
}
