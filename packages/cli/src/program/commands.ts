import type { CommandSpec } from './command-spec.ts';

/** All commands, in the order of help. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    usage: 'login',
    summary: 'sign in, with a code on another device or in a browser here',
    flags: [['--browser', 'in a browser on this machine']],
    examples: [
      ['everbearer login', 'prints a code to type in at the server'],
      ['everbearer login --account ops --browser', 'opens a browser'],
    ],
    load: () => import('../command/login.ts'),
  },
  {
    usage: 'status',
    summary: 'where each account stands; exit status 0 good, 1 warning, 2 sign in, 3 cannot tell',
    flags: [['--warn-days <days>', 'warn when the refresh token has fewer days left (default 14)']],
    examples: [
      ['everbearer status', 'all accounts'],
      ['everbearer status --account default --warn-days 7 --json', 'one account, for a monitor'],
    ],
    load: () => import('../command/status.ts'),
  },
  {
    usage: 'accounts',
    summary: 'the accounts that are described or stored',
    flags: [],
    examples: [['everbearer accounts --json', 'name, state and user of each']],
    load: () => import('../command/accounts.ts'),
  },
  {
    usage: 'renew',
    summary: 'renew now, or only what is old',
    flags: [
      [
        '--if-older-than <age>',
        'only where the refresh token was not used or received for so long: 7d, 12h, 30m',
      ],
    ],
    examples: [
      ['everbearer renew --if-older-than 7d', 'for a cron job: keeps every account alive'],
      ['everbearer renew --account default', 'one account, whatever its age'],
    ],
    load: () => import('../command/renew.ts'),
  },
  {
    usage: 'logout',
    summary: 'take the tokens of an account out of the store',
    flags: [['--revoke', 'and have the server revoke them']],
    examples: [['everbearer logout --account default --revoke', 'ends the session at the server as well']],
    load: () => import('../command/logout.ts'),
  },
  {
    usage: 'import [file]',
    summary: 'take over the tokens of another program; from standard input without a file',
    flags: [
      ['--raw', 'standard input is a refresh token and nothing else'],
      ['--replace', 'also where the account is signed in already'],
    ],
    examples: [
      [
        'everbearer import o365_token.txt --replace',
        'the layout is recognised: O365, MSAL, rclone, gcloud, gh and others',
      ],
      ['everbearer import --raw --account ops < refresh-token.txt', 'a refresh token by itself'],
    ],
    load: () => import('../command/import.ts'),
  },
];
