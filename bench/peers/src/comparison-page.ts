import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import type { WorkDone } from './do-works.ts';
import type { Peer } from './peer.ts';

const BEGIN = '<!-- tables: begin -->';
const END = '<!-- tables: end -->';

/** @returns the page with what was measured between its two marks; the words around them stay */
export function pageWith(page: string, done: readonly WorkDone[], machine: string): string {
  const [head, rest] = around(page);
  const peers = done[0]?.rows.map(({ peer }) => peer) ?? [];
  const parts = [...done.map(section), versions(peers, machine)];
  return `${head}${BEGIN}\n\n${parts.join('\n\n')}\n\n${END}${rest}`;
}

/**
 * What stands before and after what is written.
 * @throws when a mark is missing
 */
export function around(page: string): [before: string, after: string] {
  const [before = '', between] = page.split(BEGIN);
  const after = between?.split(END)[1];
  if (after === undefined) throw new Error(`The page has no ${BEGIN} with ${END} behind it.`);
  return [before, after];
}

function section({ work, rows }: WorkDone): string {
  const lines = rows.map(({ peer, cells }) => [peer.name, ...cells.map(String)]);
  return `## ${work.title}\n\n${work.about}\n\n${table([['library', ...work.columns], ...lines])}`;
}

/** As the formatter wants it. */
function table(lines: readonly (readonly string[])[]): string {
  const [head = [], ...body] = lines;
  const widths = head.map((_, column) => Math.max(3, ...lines.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [head, widths.map((width) => '-'.repeat(width)), ...body].map(line).join('\n');
}

function versions(peers: readonly Peer[], machine: string): string {
  const names = [...new Set(peers.flatMap(({ packages }) => packages))].sort();
  return `Measured with ${names.map((name) => `${name} ${versionOf(name)}`).join(', ')}. ${machine}`;
}

function versionOf(name: string): string {
  const manifest = findPackageJSON(name, import.meta.url);
  if (!manifest) throw new Error(`${name} is not installed.`);
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
