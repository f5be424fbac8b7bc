/* What the demonstration says of itself. */

export const INTRODUCTION: readonly string[] = [
  'Real: the library, the processes, their token stores, and every request.',
  'Simulated, on this machine: the sign-in server, the mail server, the person.',
  '',
  'Three monitors count the messages of one inbox, again and again. A and B share one token file; C keeps its tokens in a database. Each is a process of its own. Tokens live three seconds here, so that twenty seconds are enough to see everything.',
];

/** What the lines of a monitor mean: [how they begin, what it is]. */
export const MEANINGS: readonly (readonly [string, string])[] = [
  ['renewed', 'got a new access token for the refresh token it holds'],
  ['took over', 'found in the store what another process had renewed'],
  ['waited', 'another process was renewing, and two must not'],
  ['sent again', 'an API refused the token with 401; the new one went through'],
];

export const NEXT: readonly (readonly [string, string])[] = [
  ['npm start -- --html story.html', 'the same as a picture, in one page'],
  ['npm run start:workers', 'four processes over one Redis, killed and restarted'],
  ['npm run start:web', 'users who sign in through a web application'],
  ['examples/inbox-monitor/README.md', 'the program, and how to count your own inbox'],
];

export const HELP: string = `Usage: npm start -- [options]

Counts an inbox on tokens that expire and are revoked, against local servers.
With TENANT_ID and CLIENT_ID in the environment: your own inbox at Microsoft.

  --html FILE  write what happened as a page with a timeline
  --json       the last line is the table of figures as JSON
  --once       your own inbox: count once, and end
  --help       this

Exit status: 0 every guarantee held, 1 one did not, 2 wrong options.
`;
