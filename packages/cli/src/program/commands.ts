import type { CommandSpec } from './command-spec.ts';
import { INIT_COMMAND } from './init-command.ts';
import { TOKEN_COMMAND } from './token-command.ts';

/** The word that calls a command. */
export function nameOf({ usage }: CommandSpec): string {
  return usage.split(' ')[0] as string;
}

/** All commands, in the order of help. */
export const COMMANDS: readonly CommandSpec[] = [
  { ...INIT_COMMAND, load: () => import('../command/init.ts') },
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
    flags: [
      ['--warn-days <days>', 'warn when the refresh token has fewer days left (default 14)'],
      ['--live <url>', 'prove the token on a real call: GET, at an allowed origin, within 30 seconds'],
      ['--watch', 'stay, and show what changes; in a pipe a line for each change'],
      ['--web', 'with --watch: on a page of loopback, for whoever has the address that is printed'],
      ['--output <format>', 'nagios or prometheus'],
      ['--file <path>', 'with --output prometheus: replace this file, whole or not at all'],
    ],
    examples: [
      ['everbearer status', 'all accounts'],
      ['everbearer status --account default --warn-days 7 --json', 'one account, for a monitor'],
      ['everbearer status --live "$API/me" --origin "$API"', 'the weekly check, as one line for cron'],
      ['everbearer status --output nagios', 'a line with figures, as a plugin of Nagios prints it'],
      [
        'everbearer status --output prometheus --file everbearer.prom',
        'for the textfile collector of node_exporter',
      ],
      ['timeout --preserve-status 2 everbearer status --watch', 'Ctrl-C or SIGTERM ends it'],
      ['timeout --preserve-status 2 everbearer status --watch --web', 'the same in a browser'],
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
  { ...TOKEN_COMMAND, load: () => import('../command/token.ts') },
  {
    usage: 'request <method> <url>',
    summary: 'make a call that bears the token, and print the answer of the API',
    flags: [
      ['--header <header...>', "'Name: value', but never Authorization"],
      ['--data <body>', 'what is sent; - reads it from standard input'],
      ['--include', 'print the status and the headers of the answer first'],
    ],
    examples: [
      [
        'everbearer request GET "$API/me" --origin "$API"',
        'the origin is not needed where the configuration names it, nor for Microsoft Graph',
      ],
      [
        `echo '{"a":1}' | everbearer request POST "$API/echo" --origin "$API" --data - --header 'content-type: application/json'`,
        'a body from standard input',
      ],
    ],
    load: () => import('../command/request.ts'),
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
    usage: 'keepalive',
    summary: 'stay, and renew each account before its refresh token grows old; for systemd and containers',
    flags: [
      [
        '--max-age <age>',
        'renew a refresh token that was not used for so long (default: a third of its life, or a day)',
      ],
      ['--health-port <port>', 'answer GET /health on loopback: 200, or 503 where something is wrong'],
    ],
    examples: [
      [
        'timeout --preserve-status 2 everbearer keepalive --health-port 0',
        'SIGTERM ends it, and loses nothing that is under way',
      ],
    ],
    load: () => import('../command/keepalive.ts'),
  },
  {
    usage: 'doctor',
    summary: 'one line a check: what is wrong, why it matters, and what mends it',
    flags: [],
    examples: [
      [
        'everbearer doctor',
        'store, token endpoint, clock, scopes and accounts; exit status 0 if all is well, else 1',
      ],
    ],
    load: () => import('../command/doctor.ts'),
  },
  {
    usage: 'trace',
    summary:
      'run a program of Node and tell of each of its requests: which token it bore, from whom, how old',
    flags: [
      ['--output <file>', 'write JSON lines to a file, and nothing to standard error but the last line'],
      ['--html <file>', 'write a page when the program has ended: a timeline, one lane a process'],
    ],
    examples: [
      [
        "everbearer trace -- node -e 'fetch(process.env.API).then(({ status }) => console.log(status))'",
        'a line a request on standard error; the program ends as it would have ended',
      ],
      [
        'everbearer trace --html trace.html -- node --version && rm trace.html',
        'one file that loads nothing, for a browser or to be sent to somebody',
      ],
      [
        'everbearer trace --output trace.jsonl -- npm --version && rm trace.jsonl',
        'also what npm starts: its processes and their threads are traced as well',
      ],
    ],
    isWithoutSetup: true,
    runsProgram: true,
    load: () => import('../command/trace.ts'),
  },
  {
    usage: 'explain [file]',
    summary:
      'why was that answer a 401 or 403? Of the last trace, of a file of trace --output, or of what curl -i printed',
    flags: [],
    examples: [
      [
        `everbearer trace -- node -e 'fetch(process.env.API)' && everbearer explain`,
        'the last trace: whose token, how old, header set by whom, sent again or why not, and what to do',
      ],
      [
        'curl --silent --include "$API/me" | everbearer explain -',
        'an answer that was pasted; tokens in it are not repeated',
      ],
    ],
    isWithoutSetup: true,
    load: () => import('../command/explain.ts'),
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
  {
    usage: 'export',
    summary: 'hand the sign-in of an account to another store, as a seed',
    flags: [
      ['--format <format>', 'k8s-secret or env'],
      ['--move', 'sign out here, without revoking: needed where old refresh tokens die'],
      ['--name <name>', 'of the Kubernetes Secret (default everbearer-ACCOUNT)'],
      ['--yes', 'also where it is shown on a terminal'],
    ],
    examples: [
      ['everbearer export --format k8s-secret --move | wc -c', 'in place of wc: kubectl apply -f -'],
      [
        'everbearer export --format env --move > worker.env && rm worker.env',
        'EVERBEARER_REFRESH_TOKEN for docker --env-file; delete it afterwards',
      ],
    ],
    load: () => import('../command/export.ts'),
  },
];
