import { ConfigurationError } from '@everbearer/core';
import { duration, durationOf } from '../print/durations.ts';
import type { CommandInput, CommandOptions } from '../session/command-input.ts';
import { type Session, withAccounts } from '../session/with-accounts.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';
import { readInput } from '../world/world.ts';
import { answerDocker } from './answer-docker.ts';
import { answerGit, needOrigins, refuseProof } from './answer-git.ts';
import { FORMATS } from './token-formats.ts';

const HELPERS = ['git-credential', 'docker'];

/** One valid token, in the form that its reader calls for. */
export async function run(input: CommandInput): Promise<ExitStatus> {
  const { options, world } = input;
  const output = String(options['output'] ?? (options.json ? 'exec-credential' : 'raw'));
  const isHelper = HELPERS.includes(output);
  if (!isHelper && !Object.hasOwn(FORMATS, output)) throw unknownFormat();
  refuseStrangers(output, input);
  const isGet = !isHelper || input.args[0] === undefined || input.args[0] === 'get';
  if (world.output.isTerminal && isGet && !options['yes']) throw onTerminal();
  return withAccounts(input, (session) =>
    isHelper ? answer(output, input, session) : print(output, input, session),
  );
}

async function print(
  output: string,
  { options, world }: CommandInput,
  { account }: Session,
): Promise<ExitStatus> {
  const minLifeMs = minLifeOf(options);
  const { token, expiresAt, dpop } = await account.getToken({ minLifeMs, signal: world.signal });
  refuseProof(dpop);
  const lifeMs = (expiresAt ?? Number.POSITIVE_INFINITY) - world.now();
  // Rounded as it is told: a token of an hour is one, a moment after it was received.
  if (minLifeMs !== undefined && lifeMs + 60_000 < minLifeMs)
    world.notes.write(
      `note: tokens of this server live shorter than --min-life: this one ends in ${duration(lifeMs)}.\n`,
    );
  const given = options['user'] === undefined ? undefined : String(options['user']);
  const user = given ?? (output === 'xoauth2' ? (await account.status()).username : undefined);
  const format = FORMATS[output] as (typeof FORMATS)[string];
  world.output.write(format({ token, expiresAt, user, env: world.env }));
  return EXIT.good;
}

async function answer(
  output: string,
  { args, options, world }: CommandInput,
  session: Session,
): Promise<ExitStatus> {
  const { origins } = session.setup;
  needOrigins(origins);
  const action = args[0] ?? 'get';
  const user = options['user'] === undefined ? undefined : String(options['user']);
  const call = {
    action,
    text: await readInput(world.input),
    user,
    origins,
    manager: session.account,
    minLifeMs: minLifeOf(options),
  };
  if (output === 'git-credential') {
    world.output.write(await answerGit(call));
    return EXIT.good;
  }
  const { text, found } = await answerDocker(call);
  world.output.write(text);
  return found ? EXIT.good : EXIT.warning;
}

function minLifeOf({ minLife }: CommandOptions): number | undefined {
  return minLife === undefined ? undefined : durationOf(String(minLife), '--min-life');
}

/** What would mean nothing in this format, and was meant to. */
function refuseStrangers(output: string, { args, options }: CommandInput): void {
  const fault = (option: string, message: string) => new ConfigurationError({ option, message });
  const isHelper = HELPERS.includes(output);
  if (options.json && output !== 'exec-credential')
    throw fault('--json', `--json is the format exec-credential, and --output is ${output}. Leave one out.`);
  if (args[0] !== undefined && !isHelper)
    throw fault(
      'action',
      'A word behind `token` is for git and docker. An account is named by --account NAME.',
    );
  if (options['user'] !== undefined && !isHelper && output !== 'xoauth2')
    throw fault(
      '--user',
      `--user has no place in the format ${output}. It is for xoauth2, git-credential and docker.`,
    );
}

function onTerminal(): ConfigurationError {
  const message =
    'The token would be shown on the terminal, and stay in its history. Send it into a pipe, or add --yes.';
  return new ConfigurationError({ option: '--yes', message });
}

function unknownFormat(): ConfigurationError {
  const message = `--output knows ${[...Object.keys(FORMATS), ...HELPERS].join(', ')}.`;
  return new ConfigurationError({ option: '--output', message });
}
