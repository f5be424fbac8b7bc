import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';

const STORED = fileURLToPath(new URL('pictures/', import.meta.url));

/** Where a person finds what was seen, and in red how it differs. */
const DIFFERENCES = fileURLToPath(
  new URL('../../../../node_modules/.cache/page-differences/', import.meta.url),
);

/** Pixels that may differ in any square of this side: less than a sign or a word, more than a softened edge. */
const SIDE = 16;
const MOST_IN_SQUARE = 12;

/** Stores a picture anew, where that was asked for by `--update`. */
export function storeIfAsked(name: string, seen: Buffer): void {
  if (process.env['EVERBEARER_PICTURES'] === 'update') writeFileSync(join(STORED, `${name}.png`), seen);
}

/** How a picture differs from the stored one; undefined where it does not, as far as a person could see. */
export function differenceFrom(name: string, seen: Buffer): string | undefined {
  const path = join(STORED, `${name}.png`);
  if (!existsSync(path)) return `There is no picture ${path}. Take it: npm run test:page -- --update`;
  const [stored, now] = [PNG.sync.read(readFileSync(path)), PNG.sync.read(seen)];
  if (stored.width !== now.width || stored.height !== now.height)
    return `It is ${now.width} by ${now.height} pixels, and was ${stored.width} by ${stored.height}.`;
  const { width, height } = now;
  const shown = new PNG({ width, height });
  const options = { threshold: 0.06, windowSize: SIDE };
  const most = pixelmatch(stored.data, now.data, shown.data, width, height, options);
  if (most <= MOST_IN_SQUARE) return undefined;

  mkdirSync(DIFFERENCES, { recursive: true });
  writeFileSync(join(DIFFERENCES, `${name}.png`), PNG.sync.write(shown));
  writeFileSync(join(DIFFERENCES, `${name}.now.png`), seen);
  return `${most} of ${SIDE * SIDE} pixels of a square differ. See ${DIFFERENCES}${name}.png; if it is meant: npm run test:page -- --update`;
}
