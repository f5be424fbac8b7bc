import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LEVELS } from '../src/log/event-log.ts';
import { openTelemetry } from '../src/opentelemetry.ts';
import { ONE_OF_EACH } from './support/events.ts';
import { telemetryWorld } from './support/telemetry-world.ts';

/* What the README lists is what there is. */

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const rows = readme.split('\n').filter((line) => line.startsWith('| `'));
const cells = (row: string) => row.split('|').map((cell) => cell.trim().replaceAll('`', ''));

test('each metric has its row, with its unit', async () => {
  await using world = telemetryWorld();
  const telemetry = openTelemetry({ meter: world.meter, tracer: false });
  const session = { expiresAt: Date.now() + 1_000_000 };
  telemetry.observe({
    account: 'ops',
    provider: 'p',
    status: async () => ({ state: 'valid', session }) as never,
  });
  for (const each of ONE_OF_EACH) telemetry(each);
  const measured = Object.entries(await world.metrics()).map(([name, { unit }]) => [name, unit]);
  const listed = rows.map(cells).filter(([, name]) => name?.startsWith('everbearer.'));
  expect(listed.map(([, name, , unit]) => [name, unit]).sort()).toEqual(measured.sort());
});

test('each metric that an alert is about is measured', async () => {
  const written = rows.map((row) => cells(row)[1]?.replaceAll('.', '_'));
  const alerts = [...readme.matchAll(/\beverbearer_[a-z_]+/g)].map(([name]) =>
    name.replace(/(_seconds)?(_total|_count|_bucket)?$/, ''),
  );
  expect(alerts.length).toBeGreaterThan(10);
  expect(written).toEqual(expect.arrayContaining(alerts));
});

test('each event stands in the row of its level', () => {
  const listed = rows
    .map(cells)
    .filter(([, level]) => ['error', 'warn', 'info', 'debug'].includes(level ?? ''));
  const levels = listed.flatMap(([, level, events]) =>
    [...(events ?? '').matchAll(/[a-z]+(_[a-z]+)*/g)]
      .map(([name]) => [name, level])
      .filter(([name]) => name && name in LEVELS),
  );
  expect(Object.fromEntries(levels)).toEqual(LEVELS);
});
