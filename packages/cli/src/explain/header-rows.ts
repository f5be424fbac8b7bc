import { duration } from '../print/durations.ts';
import { challengeParameter } from './refusal.ts';
import type { RefusalRow } from './refusal-row.ts';

const RFC_6750 = 'https://www.rfc-editor.org/rfc/rfc6750#section-3.1';

/** What is seen of the request itself: it bore no token, or one that had ended. */
export const HEADER_ROWS: readonly RefusalRow[] = [
  {
    name: 'no_header',
    applies: ({ status, headerFrom }) => status === 401 && headerFrom === 'nobody',
    meaning: 'The request bore no Authorization header.',
    remedy:
      'Send it through createAuthFetch() or bearerAuth(). If it goes through one of them: is its origin in `origins`, does onForeignOrigin say `pass`, or was it redirected to another origin?',
    source: RFC_6750,
  },
  {
    name: 'empty_header',
    applies: ({ headerHolds }) => headerHolds === 'nothing',
    meaning: 'The program set an Authorization header with no token in it, such as `Bearer undefined`.',
    remedy:
      'Take that line out of the program and send through createAuthFetch() or bearerAuth(): they send nothing without a token.',
    source: RFC_6750,
  },
  {
    name: 'other_credential',
    applies: ({ headerHolds, challenges }) =>
      headerHolds === 'other' && challenges.some(({ scheme }) => scheme === 'bearer'),
    meaning: 'The request bore another credential than a token, and the API wants a Bearer token.',
    remedy:
      'Find what sets the Authorization header: a .netrc, a user name in the address, or a line of the program.',
    source: RFC_6750,
  },
  {
    name: 'wrong_scheme',
    applies: ({ status, headerHolds, challenges }) =>
      status === 401 && headerHolds === undefined && challenges.length > 0 && !challenges.some(isForTokens),
    meaning: ({ challenges }) =>
      `The API, or a proxy before it, wants another kind of credential: ${challenges.map(({ scheme }) => scheme).join(', ')}.`,
    remedy: 'Is this the address of the API? A proxy or a gateway before it may want a sign-in of its own.',
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1',
  },
  {
    name: 'token_ended',
    applies: ({ status, tokenLifeMs, challenges }) =>
      status === 401 && tokenLifeMs !== undefined && tokenLifeMs <= 0 && !claims({ challenges }),
    meaning: ({ tokenLifeMs = 0 }) => `The token had ended ${duration(tokenLifeMs)} before.`,
    remedy: ({ headerFrom }) =>
      headerFrom === 'everbearer'
        ? 'It is renewed and the request sent again; if not, see below why. If this happens often, compare the clock of this machine: everbearer doctor'
        : 'The program keeps a token for too long. Have it ask for one at each call, or send through createAuthFetch() or bearerAuth().',
    source: RFC_6750,
  },
];

function isForTokens({ scheme }: { scheme: string }): boolean {
  return scheme === 'bearer' || scheme === 'dpop' || scheme === 'token';
}

function claims({ challenges }: Pick<Parameters<typeof challengeParameter>[0], 'challenges'>): boolean {
  return challengeParameter({ status: 401, challenges }, 'claims') !== undefined;
}
