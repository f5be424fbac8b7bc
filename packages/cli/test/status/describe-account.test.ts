import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { fitted } from '../../src/print/fitted.ts';
import { renewerWords } from '../../src/print/status-words.ts';
import { describeAccount } from '../../src/status/describe-account.ts';
import type { World } from '../../src/world/world.ts';
import { LIVE, NOW, reportOf } from '../support/account-reports.ts';

function worldOf(columns?: number, env: Record<string, string> = { NO_COLOR: '1' }): World {
  const output = { write: () => {}, written: async () => {}, isTerminal: columns !== undefined, columns };
  return { env, output, now: () => NOW } as unknown as World;
}

test('all that is known, with bars', () => {
  const holder = '0a1b2c3d_11111111-2222-3333-4444-555555555555_4026531836_0_4711_99_0123456789ab';
  const report = reportOf({ live: LIVE, renewerLives: true }, { lastRenewedBy: holder });
  expect(describeAccount(report, worldOf())).toEqual([
    'ops  valid',
    '  signed in as    ada@example.com',
    '  access token    [#########---------] ends in 30 min',
    '  refresh token   [######------------] 30 days old, 60 days left',
    '  last renewal    30 min ago, 42 in all, by process 4711, which is running here',
    '  live            the API answered 200: the token works',
    '  guarantee       shared',
    '  kept in         /var/lib/mail',
  ]);
});

test('what is not known is left out or said; the true cause stands below', () => {
  const lastFailure = { code: 'network', at: NOW - 1_000 };
  const report = reportOf(
    { exit: 1, why: ['The last renewal failed (network): no answer'] },
    {
      accessTokenExpiresAt: undefined,
      username: undefined,
      renewals: 0,
      lastFailure,
      durable: false,
      location: undefined,
      session: { issuedAt: 0, lastUsedAt: 0, ageMs: 5_000, expiresAt: undefined, daysLeft: undefined },
    },
  );
  expect(describeAccount(report, worldOf())).toEqual([
    'ops  valid',
    '  refresh token   5 s old, its end is not known',
    '  last failure    1 s ago',
    '  guarantee       shared, lost with this process',
    '  ! The last renewal failed (network): no answer',
  ]);
  const lost = { ...reportOf({ exit: 3, why: ['Mode 777.'] }), status: undefined };
  expect(describeAccount(lost, worldOf())).toEqual(['ops  cannot tell', '  ! Mode 777.']);
});

test('a bar takes the room that its words leave, and no line is longer for it', () => {
  for (let columns = 1; columns < 120; columns++) {
    const line = describeAccount(reportOf(), worldOf(columns)).find((each) =>
      each.includes('refresh token'),
    ) as string;
    const words = 18 + '30 days old, 60 days left'.length;
    expect(stringWidth(line), `${columns}`).toBeLessThanOrEqual(Math.max(columns, words));
    expect(line.includes('['), `${columns}`).toBe(columns >= words + 1 + 6);
  }
});

test.each([
  ['a colour that a name brings along', '\u001b[31mred\u001b[0m'],
  ['a cursor that a name moves', 'a\rb\u009b2Jc\nd'],
  ['a direction that a name turns', 'a\u202eb\u2066c'],
])('%s is not sent to the terminal', (_, account) => {
  const lines = describeAccount(
    reportOf({ account, why: [account], exit: 1 }, { username: account, location: account }),
    worldOf(80),
  );
  expect(lines.join('')).not.toMatch(/[\p{Cc}\u202e\u2066]/u);
});

test.each([1, 2, 3, 7, 18, 19, 20, 40, 79, 300])(
  'fitted lines are at most %d columns wide, whatever is in them',
  (columns) => {
    const why = [
      'Renew it: everbearer renew --account 漢字漢字漢字 /a/very/long/path/without/any/space/in/it/at/all',
    ];
    const lines = describeAccount(
      reportOf({ why, exit: 1, account: 'tokyo-東京-🙂' }),
      worldOf(columns, { TERM: 'xterm' }),
    );
    const widest = Math.max(
      ...lines.flatMap((line) => fitted(line, columns)).map((line) => stringWidth(line)),
    );
    // A character of two columns does not go into one.
    expect(widest).toBeLessThanOrEqual(Math.max(columns, 2));
  },
);

test('whose renewal it was, as far as that can be told from here', () => {
  const host = '0a1b2c3d_11111111-2222-3333-4444-555555555555_4026531836_0';
  expect(renewerWords(`${host}_${process.pid}_99_0123456789ab`, true)).toBe('by this command');
  expect(renewerWords(`${host}_7_99_0123456789ab`, false)).toBe('by process 7, which has ended');
  expect(renewerWords(`${host}_7_99_0123456789ab`, undefined)).toBe(
    'by process 7 of another machine, container or boot',
  );
  expect(renewerWords('unknown_7_0_0123456789ab', undefined)).toBe('by process 7');
  expect(renewerWords('a-name-of-ones-own', undefined)).toBe('by another process');
});
