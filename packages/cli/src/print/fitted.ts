import wrapAnsi from 'wrap-ansi';

/**
 * Lines none of which is wider than that, with their colours, whatever is in them. The lines after the first begin as far
 * in as the first.
 */
export function fitted(line: string, columns: number): string[] {
  const [lead = ''] = /^ */.exec(line) ?? [];
  // In a very narrow place what is said counts more than how far in it stands.
  const indent = lead.length > columns / 2 ? '' : lead;
  const wrapped = wrapAnsi(line.trimStart(), Math.max(columns - indent.length, 1), { hard: true });
  return wrapped.split('\n').map((part) => `${indent}${part}`);
}
