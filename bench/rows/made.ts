import type { Made } from '../made.ts';
import { measuredApart } from '../measured-apart.ts';
import type { Row, Theme } from '../row.ts';

/** What is made for each account, and perhaps never used, beside the same of the build before, and beside what it is made of. */
export const theme: Theme = {
  order: 0.5,
  seconds: 30,
  hasBaseline: true,
  async measure() {
    const made = await measuredApart<Made>('made.ts');
    return [
      rowOf(
        made,
        ['createTokenManager over a memoryBackend of its own, never used', 'manager'],
        undefined,
        [12, 1_536],
      ),
      rowOf(made, ['ky.extend(bearerAuth(…)), never used', 'bearerAuth'], 'extend', [12, 2_048]),
      rowOf(made, ['createAuthFetch(…), never used', 'authFetch'], 'closure', [4, 1_024]),
    ];
  },
};

function rowOf(
  made: Made,
  [what, name]: [what: string, name: string],
  floorName: string | undefined,
  [mostUs, mostBytes]: [mostUs: number, mostBytes: number],
): Row {
  const nothing = { us: 0, bytes: 0 };
  const { us, bytes } = made[name] ?? nothing;
  const before = made[`${name} before`] ?? nothing;
  const floor = floorName === undefined ? undefined : made[floorName];
  const [moreUs, moreBytes] = [us - (floor?.us ?? 0), bytes - (floor?.bytes ?? 0)];
  const figures = (each: { us: number; bytes: number }) => `${each.us.toFixed(1)} µs, ${each.bytes} bytes`;
  return {
    what,
    ...(floor && { floor: `${figures(floor)} (${floorName === 'extend' ? 'ky.extend' : 'a closure'})` }),
    ours: `${figures({ us, bytes })} (before: ${figures(before)})`,
    goal: `at most ${mostUs} µs and ${mostBytes} bytes${floor ? ' more' : ''}`,
    met: moreUs <= mostUs && moreBytes <= mostBytes,
  };
}
