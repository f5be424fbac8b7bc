import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('docs/events-logs-metrics.md has a row for each event, and for no other', () => {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const events = [...read('packages/core/src/events.ts').matchAll(/\{ type: '(\w+)'/g)].map(
    ([, type]) => type,
  );
  expect(events.length).toBeGreaterThan(12);
  const rows = [...read('docs/events-logs-metrics.md').matchAll(/^\| (`.+?`) +\| /gm)];
  const told = rows.flatMap(([, names = '']) => [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(told.sort()).toEqual(events.sort());
});
