import type { CommandSpec } from './command-spec.ts';

/** `everbearer token`, apart from the others: it is read on the quick way as well. */
export const TOKEN_COMMAND: Omit<CommandSpec, 'load'> = {
  usage: 'token [action]',
  summary: 'print one valid token, for a pipe; [action] is what git and docker add',
  flags: [
    [
      '--output <format>',
      'raw, header, env, exec-credential, git-credential, docker or xoauth2 (default raw)',
    ],
    ['--min-life <time>', 'one that lives for so long at least: 45s, 10m'],
    ['--user <name>', 'the name that goes with it (default for git and docker: oauth2)'],
    ['--yes', 'also where it is shown on a terminal'],
  ],
  examples: [
    ['everbearer token --output header | curl --silent --header @- "$API/me"', 'a call by curl'],
    [
      'everbearer token --min-life 10m | wc -c',
      'for msmtp (passwordeval), mutt, isync (PassCmd) and imapflow',
    ],
    [
      'set -a; eval "$(everbearer token --output env)"; sh -c \'test -n "$ACCESS_TOKEN"\'',
      'for a program that reads ACCESS_TOKEN; no list of processes shows it',
    ],
    ['everbearer token --output exec-credential | cat', 'for kubectl: command and args of an exec section'],
    [
      'echo url=$API | everbearer token --output git-credential --origin "$API"',
      "for git: git config credential.helper '!everbearer token --output git-credential'",
    ],
    [
      'echo "$API" | everbearer token --output docker --origin "$API"',
      'for docker: a script docker-credential-everbearer that ends in "$@"',
    ],
    [
      'everbearer token --output xoauth2 --user ada@example.com | wc -c',
      'the SASL response of IMAP and SMTP',
    ],
  ],
};
