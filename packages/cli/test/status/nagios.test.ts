import { expect, test } from 'vitest';
import { nagiosFailure } from '../../src/print/nagios-failure.ts';
import { nagiosText } from '../../src/status/nagios.ts';
import { LIVE, reportOf } from '../support/account-reports.ts';

/** The guidelines for plugins: text, a bar, and figures `'label'=value[unit];warn;crit;min;max`. */
const FIGURE = /^'[^'=|\n]+'=-?\d+(\.\d+)?(s|c)?(;[\d.:~@-]*){0,4}$/;

function figuresIn(text: string): string[] {
  const [first = ''] = text.split('\n');
  expect(first.split('|')).toHaveLength(2);
  return first.split('|')[1]?.match(/'[^']*'=\S+/g) ?? [];
}

test('one account: a line, with figures', () => {
  const text = nagiosText([reportOf({ live: LIVE })], 14);
  expect(text).toBe(
    "EVERBEARER OK - ops: valid, 60 days left, the API answered 200: the token works | 'ops days_left'=60;14:;0: 'ops refresh_token_age'=2592000s;;;0 'ops renewals'=42c 'ops live'=0.123s;;;0\n",
  );
  for (const figure of figuresIn(text)) expect(figure).toMatch(FIGURE);
});

test('several: the worst first, and a line for each', () => {
  const bad = reportOf({
    account: 'b',
    exit: 2,
    why: ['A person must sign in (revoked): everbearer login --account b'],
  });
  const text = nagiosText([reportOf({ account: 'a' }), bad], 14);
  const [first, ...rest] = text.trimEnd().split('\n');
  expect(first).toMatch(/^EVERBEARER CRITICAL - 1 of 2 accounts: b: A person must sign in \(revoked\)/);
  expect(rest).toEqual(['a: valid, 60 days left', expect.stringMatching(/^b: A person/)]);
  expect(nagiosText([reportOf(), reportOf({ account: 'b' })], 14)).toMatch(
    /^EVERBEARER OK - 2 accounts are well \| /,
  );
});

test('where nobody has signed in: the place, since a check of another user looks into another one', () => {
  const why = [
    'A person must sign in (no_credential): everbearer login --account ops',
    'The last renewal failed.',
  ];
  const nobody = { state: 'reauthorization_required', reason: 'no_credential' } as const;
  const report = reportOf({ exit: 2, why }, { ...nobody, location: '/home/nagios/state' });
  expect(nagiosText([report], 14)).toContain(
    'login --account ops; The last renewal failed. Nothing is kept in /home/nagios/state: is this the user of the program that is watched? | ',
  );
});

test.each([
  [0, 'OK'],
  [1, 'WARNING'],
  [2, 'CRITICAL'],
  [3, 'UNKNOWN'],
] as const)('exit status %d is %s', (exit, word) => {
  expect(nagiosText([reportOf({ exit, why: ['x'] })], 14)).toContain(`EVERBEARER ${word} - `);
  expect(nagiosFailure(exit, 'x')).toBe(`EVERBEARER ${word} - x\n`);
});

test('a name cannot begin figures, end a label or begin a line', () => {
  const account = "a|b='c'\nd";
  const text = nagiosText([reportOf({ account, why: ['x | y\nz'], exit: 1 })], 14);
  expect(text.split('\n')).toHaveLength(2);
  const figures = figuresIn(text);
  expect(figures).toHaveLength(3);
  for (const figure of figures) expect(figure).toMatch(FIGURE);
  expect(nagiosFailure(3, 'a|b\nc')).toBe('EVERBEARER UNKNOWN - a/b c\n');
});

test('what is not known has no figure', () => {
  expect(nagiosText([{ account: 'a', exit: 3, why: ['gone'], status: undefined }], 14)).toBe(
    'EVERBEARER UNKNOWN - a: gone\n',
  );
});

test('many that are bad are counted in the first line, and stand below it', () => {
  const many = Array.from({ length: 500 }, (_, at) =>
    reportOf({ account: `a${at}`, exit: 2, why: ['Sign in.'] }),
  );
  const [first = '', ...rest] = nagiosText(many, 14).trimEnd().split('\n');
  expect(first.split(' | ')[0]).toMatch(
    /^EVERBEARER CRITICAL - 500 of 500 accounts: a0: Sign in\.; .*a4: Sign in\.; and 495 more$/,
  );
  expect(rest).toHaveLength(500);
});

test.each([10, 60, 500, 2_000])('%d accounts: Nagios has room for all that is printed', (count) => {
  const bad = reportOf({
    account: 'ops-last@example.com',
    exit: 2,
    why: ['A person must sign in (revoked).'],
  });
  const well = Array.from({ length: count - 1 }, (_, at) =>
    reportOf({ account: `ops-\u00e4-${at}@example.com` }),
  );
  const text = nagiosText([...well, bad], 14);
  expect(Buffer.byteLength(text)).toBeLessThan(8_192);
  const figures = figuresIn(text);
  for (const figure of figures) expect(figure).toMatch(FIGURE);
  const [, ...rest] = text.trimEnd().split('\n');
  expect(rest).toContainEqual(expect.stringMatching(/^ops-last@example\.com: A person/));
  const [, more = 0] = /^and (\d+) more: everbearer status$/.exec(rest.at(-1) ?? '') ?? [];
  expect(rest.length - (more ? 1 : 0) + Number(more)).toBe(count);
  if (count < 500) return;
  expect(figures).toContain(`'accounts'=${count};;;0`);
  expect(figures).toContain("'critical'=1;;;0");
  expect(figures).toContain("'least days_left'=60;14:;0:");
});
