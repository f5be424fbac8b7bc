import { execFile } from 'node:child_process';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SOURCE_OPTIONS } from '@everbearer/far-end/support/source-options';
import { describe, expect, test } from 'vitest';

/* The examples that are one program each: short enough to be read, and they do what their README says. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');

/** What each prints, from top to bottom; between these lines may be others. */
const PRINTS: Readonly<Record<string, readonly RegExp[]>> = {
  'azure-and-graph': [
    /^Key Vault: a secret of 5 characters$/,
    /^Graph: Ada and Grace$/,
    /^Graph: Ada and Grace$/,
  ],
  'certificate-daemon': [
    /^ {2}\(renewed\)$/,
    /^200 {2}2 users$/,
    /^200 {2}2 users$/,
    /^ {2}\(renewed\)$/,
    /^200 {2}2 users$/,
    /^200 {2}2 users$/,
  ],
  'cron-job': [/^640 messages; tokens are kept in .+tokens$/],
  'explicit-renewal': [
    /^ {2}first: a person must sign in \(no_credential\)$/,
    /^first done$/,
    /^ {2}second: the API refuses the token$/,
    /^second done$/,
    /^ {2}third: the API refuses the token$/,
    /^ {2}third: temporarily_unavailable, again in 1 s$/,
    /^third done$/,
    /^ {2}fourth: a person must sign in \(revoked\)$/,
    /^fourth done$/,
  ],
  'frozen-function': [
    /^instance 1: 200 /,
    /^instance 2: 200 /,
    /^instance 2: 200 /,
    /^instance 1: 200 /,
    /^sign-ins 1, renewals 2, refresh tokens used twice 0$/,
  ],
  'mail-monitor': [
    /^\S.+ A person must sign in \(no_credential\)\. Until then, nothing is asked of the mailbox\.$/,
    /^To sign in, open the page http:.+ and enter the code /,
    / 640 messages, 12 unread$/,
    / 640 messages, 12 unread$/,
    / \(renewed\)$/,
    / 640 messages, 12 unread$/,
    / A person must sign in \(revoked\)\. /,
    / 640 messages, 12 unread$/,
    / \(renewed\)$/,
    / Ended\.$/,
    /^What the next start finds: valid$/,
  ],
  'mcp-client': [/^tools: inbox$/, /^call 1: 640 /, /^call 2: 640 /, /^call 3: 640 /, /^renewals: 2$/],
  'nagios-check': [/^TOKENS OK - default: signed in, valid \| session_age=0d renewals=1c$/],
};

/** Those that are tried elsewhere: over Redis, or as demonstrations of their own. */
const ELSEWHERE = ['inbox-monitor', 'many-workers', 'queue-worker', 'web-sign-in'];

const folders = readdirSync(join(root, 'examples')).filter((name) =>
  existsSync(join(root, 'examples', name, 'src/main.ts')),
);

test('every example that is a program is tried', () => {
  expect(folders.sort()).toEqual([...Object.keys(PRINTS), ...ELSEWHERE].sort());
  for (const name of ELSEWHERE)
    expect(globSync(join(root, 'examples', name, 'test/*.test.ts'))).toHaveLength(1);
});

describe.each([...Object.keys(PRINTS), 'queue-worker', 'web-sign-in'])('%s', (name) => {
  test('has under 120 lines of its own', () => {
    const files = globSync(join(root, 'examples', name, 'src/**/*.ts'));
    const lines = files.flatMap((file) => readFileSync(file, 'utf8').trimEnd().split('\n'));
    expect(lines.length).toBeGreaterThan(30);
    expect(lines.length).toBeLessThan(120);
  });

  test('its README has the command, and names each variable that it reads', () => {
    const readme = read('examples', name, 'README.md');
    const command = name === 'web-sign-in' ? 'npm run start:web' : `npm run example ${name} `;
    expect(readme).toContain(command);
    const source = globSync(join(root, 'examples', name, 'src/{main,settings}.ts')).map((file) =>
      readFileSync(file, 'utf8'),
    );
    const named = source.join('\n').match(/const \{ ([A-Z][^}]+) \} = process\.env/)?.[1] ?? '';
    const variables = named.match(/[A-Z][A-Z_]+/g) ?? [];
    if (name !== 'frozen-function') expect(variables.length).toBeGreaterThan(1);
    expect(variables.filter((variable) => !readme.includes(variable))).toEqual([]);
  });
});

// At once, since each waits for most of its time; on a busy machine all of them together take a while.
test.concurrent.each(Object.entries(PRINTS))(
  '%s does what it says',
  { timeout: 60_000 },
  async (name, lines) => {
    const main = join(root, 'examples', name, 'src/main.ts');
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [...SOURCE_OPTIONS, main], {
      cwd: root,
      timeout: 50_000,
    });
    expect(stderr).toBe('');
    const printed = stdout.split('\n');
    let from = 0;
    for (const line of lines) {
      const at = printed.findIndex((text, index) => index >= from && line.test(text));
      expect(at, `${line} after line ${from} of:\n${stdout}`).toBeGreaterThanOrEqual(from);
      from = at + 1;
    }
  },
);

test('the check says UNKNOWN in one line, and ends with 3, where it is not set up', async () => {
  const main = join(root, 'examples/nagios-check/src/main.ts');
  const env = { ...process.env, ISSUER: 'https://login.example.com' };
  const ended = promisify(execFile)(process.execPath, [...SOURCE_OPTIONS, main], { env });
  const { code, stdout } = await ended.then(
    () => ({ code: 0, stdout: '' }),
    (error: { code: number; stdout: string }) => error,
  );
  expect(stdout).toMatch(/^TOKENS UNKNOWN - `clientId` is empty\. .+\n$/);
  expect(code).toBe(3);
});
