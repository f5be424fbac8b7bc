import { ConfigurationError } from '@everbearer/core';
import { durationOf } from '../print/durations.ts';
import type { CommandInput } from '../session/command-input.ts';
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
  const output = options.json ? 'exec-credential' : String(options['output'] ?? 'raw');
  const isHelper = HELPERS.includes(output);
  if (!isHelper && !Object.hasOwn(FORMATS, output)) throw unknownFormat();
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
  const life = options['minLife'];
  const minLifeMs = life === undefined ? undefined : durationOf(String(life), '--min-life');
  const { token, expiresAt, dpop } = await account.getToken({ minLifeMs, signal: world.signal });
  refuseProof(dpop);
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
  const call = { action, text: await readInput(world.input), user, origins, manager: session.account };
  if (output === 'git-credential') {
    world.output.write(await answerGit(call));
    return EXIT.good;
  }
  const { text, found } = await answerDocker(call);
  world.output.write(text);
  return found ? EXIT.good : EXIT.warning;
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
