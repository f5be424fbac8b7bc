import { ConfigurationError } from '@everbearer/core';
import { duration, durationOf } from '../print/durations.ts';
import type { CommandInput } from '../session/command-input.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';
import { readInput, type World } from '../world/world.ts';
import { answerDocker } from './answer-docker.ts';
import { answerGit, needOrigins, refuseProof } from './answer-git.ts';
import { FORMATS } from './token-formats.ts';
import type { TokenPlace } from './token-place.ts';

const HELPERS = ['git-credential', 'docker'];

/** What somebody wants to have of a token, checked. */
export interface TokenRequest {
  /** The format; of a credential helper or not. */
  output: string;
  isHelper: boolean;
  /** What git and docker put behind the command. */
  action: string;
  user: string | undefined;
  minLifeMs: number | undefined;
}

/**
 * @throws {ConfigurationError} for a format that is unknown, for what means nothing in it, and where a token would be shown
 * on a terminal
 */
export function tokenRequest(input: CommandInput): TokenRequest {
  const { args, options, world } = input;
  const output = String(options['output'] ?? (options.json ? 'exec-credential' : 'raw'));
  const isHelper = HELPERS.includes(output);
  if (!isHelper && !Object.hasOwn(FORMATS, output)) throw unknownFormat();
  refuseStrangers(output, input);
  const action = args[0] ?? 'get';
  if (world.output.isTerminal && (!isHelper || action === 'get') && !options['yes']) throw onTerminal();
  const user = options['user'] === undefined ? undefined : String(options['user']);
  const life = options['minLife'];
  const minLifeMs = life === undefined ? undefined : durationOf(String(life), '--min-life');
  return { output, isHelper, action, user, minLifeMs };
}

/** One valid token, in the form that its reader calls for. Nothing is written where there is none. */
export function answerWithToken(request: TokenRequest, place: TokenPlace, world: World): Promise<ExitStatus> {
  return request.isHelper ? converse(request, place, world) : print(request, place, world);
}

async function print(request: TokenRequest, place: TokenPlace, world: World): Promise<ExitStatus> {
  const { output, minLifeMs } = request;
  const { token, expiresAt, dpop } = await place.getToken({ minLifeMs });
  refuseProof(dpop);
  const user = request.user ?? (output === 'xoauth2' ? await place.username() : undefined);
  const format = FORMATS[output] as (typeof FORMATS)[string];
  const text = format({ token, expiresAt, user, env: world.env });
  const lifeMs = (expiresAt ?? Number.POSITIVE_INFINITY) - world.now();
  // Rounded as it is told: a token of an hour is one, a moment after it was received.
  if (minLifeMs !== undefined && lifeMs + 60_000 < minLifeMs)
    world.notes.write(
      `note: tokens of this server live shorter than --min-life: this one ends in ${duration(lifeMs)}.\n`,
    );
  world.output.write(text);
  return EXIT.good;
}

async function converse(request: TokenRequest, place: TokenPlace, world: World): Promise<ExitStatus> {
  const { output, action, user, minLifeMs } = request;
  const { origins } = place;
  needOrigins(origins);
  const call = { action, text: await readInput(world.input), user, origins, place, minLifeMs };
  if (output === 'git-credential') {
    world.output.write(await answerGit(call));
    return EXIT.good;
  }
  const { text, found } = await answerDocker(call);
  world.output.write(text);
  return found ? EXIT.good : EXIT.warning;
}

/** What would mean nothing in this format, and was meant to. */
function refuseStrangers(output: string, { args, options }: CommandInput): void {
  const fault = (option: string, message: string) => new ConfigurationError({ option, message });
  const isHelper = HELPERS.includes(output);
  if (options.json && output !== 'exec-credential')
    throw fault(
      '--json',
      `--json stands for --output exec-credential, and --output ${output} is another format. Leave one out.`,
    );
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
