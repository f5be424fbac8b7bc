import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { codeBlocks } from './code-blocks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const file = 'docs/troubleshooting.md';
const page = readFileSync(join(root, file), 'utf8');

test('every error code has its place', () => {
  const source = readFileSync(join(root, 'packages/core/src/errors/error-codes.ts'), 'utf8');
  const codes = [...source.matchAll(/^\s+\| '(\w+)'/gm)].map(([, code]) => code as string);
  expect(codes.length).toBeGreaterThan(30);
  expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});

const sources = globSync('packages/{core,backends,providers,ky-plugin,cli}/src/**/*.ts', { cwd: root })
  .map((name) => readFileSync(join(root, name), 'utf8'))
  // A text as it is printed: the ticks in a template, and quotes in a text, are escaped where they are written.
  .map((text) => text.replaceAll('\\`', '`').replaceAll("\\'", "'"))
  .join('\n');

/** The pieces of a message between what differs from case to case. */
const pieces = codeBlocks(join(root, file), file)
  .filter(({ language }) => language === 'text')
  .flatMap(({ code }) =>
    code
      .trimEnd()
      .split('\n')
      .flatMap((line) => line.split('…').map((piece) => ({ line, piece: piece.trim() }))),
  );

test('every message is one of ours, word for word', () => {
  expect(pieces.length).toBeGreaterThan(30);
  expect(
    pieces.filter(({ piece }) => !isPrinted(piece)).map(({ piece, line }) => `${piece} (${line})`),
  ).toEqual([]);
  expect(isPrinted('The token endpoint could not be reached today')).toBe(false);
});

/** As it stands in a source; or put together of two pieces that do, neither of which is a mere word. */
function isPrinted(piece: string): boolean {
  if (piece === '' || sources.includes(piece)) return true;
  const spaces = [...piece.matchAll(/ /g)].map(({ index }) => index);
  const isWhole = (part: string) => part.length >= 8 && sources.includes(part);
  return spaces.some((at) => isWhole(piece.slice(0, at)) && isWhole(piece.slice(at + 1)));
}
