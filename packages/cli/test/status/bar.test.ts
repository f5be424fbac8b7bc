import { expect, test } from 'vitest';
import { bar, barStyle } from '../../src/print/bar.ts';

const sink = (isTerminal: boolean) => ({ isTerminal, write: () => {}, written: async () => {} });
const PLAIN = barStyle(sink(false), {});

test.each<[string, boolean, Record<string, string>, string]>([
  ['a terminal', true, {}, '█'],
  ['a terminal of UTF-8', true, { LANG: 'de_DE.UTF-8' }, '█'],
  ['a pipe', false, {}, '#'],
  ['NO_COLOR', true, { NO_COLOR: '1' }, '#'],
  ['a terminal that knows nothing', true, { TERM: 'dumb' }, '#'],
  ['a locale without such characters', true, { LANG: 'C.UTF-8', LC_ALL: 'C' }, '#'],
])('%s', (_, isTerminal, env, full) => {
  expect(barStyle(sink(isTerminal), env).full).toBe(full);
});

test.each<[number, number | undefined, string]>([
  [0.5, undefined, '[#########---------]'],
  [0.5, 8, '[###---]'],
  [0, 8, '[------]'],
  [0.001, 8, '[#-----]'],
  [0.999, 8, '[#####-]'],
  [1, 8, '[######]'],
  [7, 8, '[######]'],
  [-7, 8, '[------]'],
  [0.5, 5, ''],
  [0.5, -3, ''],
  [0.5, 1_000, '[#########---------]'],
  [Number.NaN, 8, ''],
  [Number.POSITIVE_INFINITY, 8, '[######]'],
])('a share of %d in %s columns', (share, room, drawn) => {
  expect(bar(share, PLAIN, room)).toBe(drawn);
});
