import type { CommandSpec } from './command-spec.ts';

/** `everbearer init`. */
export const INIT_COMMAND: Omit<CommandSpec, 'load'> = {
  usage: 'init',
  summary: 'ask, and write a configuration file; with --yes from flags alone',
  flags: [
    ['--yes', 'ask nothing, and take the defaults for what no flag says'],
    ['--force', 'write the file anew where it is there already'],
    ['--format <kind>', 'ts, js or json (default: what fits the project)'],
    ['--secret-env <name>', 'the variable in which the client secret is'],
    ['--secret-file <path>', 'the file in which the client secret is'],
    ['--device-endpoint <url>', 'without an issuer: the address that gives codes for another device'],
    ['--authorization-endpoint <url>', 'without an issuer: where a browser goes to sign in'],
    ['--backend <kind>', 'file, redis or memory (default file)'],
    ['--redis-env <name>', 'the variable in which the address of Redis is'],
    ['--redis-durable', 'Redis keeps what it has when it restarts'],
    ['--accounts <name...>', 'names of the accounts (default: default)'],
  ],
  examples: [
    [
      'everbearer init --yes --force --client-id 11111111-2222-3333-4444-555555555555 --scope Mail.Read',
      'people of any tenant of Microsoft Entra; without --yes it asks',
    ],
    [
      'everbearer init --yes --force --issuer https://login.example.com --client-id reports --scope reports.read --grant client_credentials --secret-env REPORTS_SECRET',
      'a program at any other server; the secret stays in its variable',
    ],
  ],
};
