import { Table } from 'console-table-printer';

const NONE = { left: '', right: '', mid: '', other: '' };

/** Columns side by side, without lines between them. */
export function table(rows: readonly Readonly<Record<string, string>>[]): string {
  const columns = Object.keys(rows[0] ?? {}).map((name) => ({ name, alignment: 'left' as const }));
  const style = { headerTop: NONE, headerBottom: NONE, tableBottom: NONE, vertical: '' };
  const drawn = new Table({
    columns,
    rows: rows.map((row) => ({ ...row })),
    style,
    shouldDisableColors: true,
  }).render();
  const lines = drawn.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => `${line.replace(/^ /, '').trimEnd()}\n`).join('');
}
