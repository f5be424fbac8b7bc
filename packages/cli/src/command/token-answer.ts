import { ConfigurationError } from '@everbearer/core';
import { durationOf } from '../print/durations.ts';
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

/** @throws {ConfigurationError} for a format that is unknown, and where a token would be shown on a terminal */
export function tokenRequest({ args, options, world }: CommandInput): TokenRequest {
  const output = options.json ? 'exec-credential' : String(options['output'] ?? 'raw');
  const isHelper = HELPERS.includes(output);
  if (!isHelper && !Object.hasOwn(FORMATS, output)) throw unknownFormat();
  const action = args[0] ?? 'get';
  if (world.output.isTerminal && (!isHelper || action === 'get') && !options['yes']) throw onTerminal();
  const user = options['user'] === undefined ? undefined : String(options['user']);
  const life = isHelper ? undefined : options['minLife'];
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
  world.output.write(format({ token, expiresAt, user, env: world.env }));
  return EXIT.good;
}

async function converse(request: TokenRequest, place: TokenPlace, world: World): Promise<ExitStatus> {
  const { output, action, user } = request;
  const { origins } = place;
  needOrigins(origins);
  const call = { action, text: await readInput(world.input), user, origins, place };
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
