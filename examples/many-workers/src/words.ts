/* What the demonstration says of itself. */

export const TITLE = 'Everbearer: many workers, one Redis, no session lost.';

export const INTRODUCTION: readonly string[] = [
  'Real: the library, Redis, four worker processes, and every request.',
  'Simulated, on this machine: the sign-in server, the mail server, three people.',
  '',
  'Workers A, B, C and D look into the mailboxes of three people, again and again, on tokens that live four seconds and that all of them share in Redis. All of it takes about half a minute.',
];

export const NEXT: readonly (readonly [string, string])[] = [
  ['examples/many-workers/src/open-mailboxes.ts', 'all that a worker needs to know'],
  ['npm start', 'one mailbox, and every trouble with words'],
  ['npm run start:web', 'users who sign in through a web application'],
];

export const HELP: string = `Usage: npm run start:workers -- [options]

Four workers over one Redis are killed and started again, and Redis as well,
while a table shows what each of them does. Everything is local.

  --html FILE  write what happened as a page with a timeline
  --json       the last line is the table of figures as JSON
  --help       this

Exit status: 0 every guarantee held, 1 one did not, 2 wrong options.
`;
