import { ConfigurationError } from '@everbearer/core';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { isForNagios } from '../print/nagios-failure.ts';
import type { CommandOptions } from '../session/command-input.ts';
import { EXIT, type ExitStatus } from '../world/exit-status.ts';
import type { World } from '../world/world.ts';
import type { CommandSpec } from './command-spec.ts';
import { COMMANDS, nameOf } from './commands.ts';
import { ownVersion } from './own-version.ts';
import { JSON_FLAG } from './read-arguments.ts';
import { setupFlagsOf } from './setup-flags.ts';

/**
 * Runs a command line with all that commander knows: help, and words for each mistake.
 * @param act - does what a command line without a mistake asks for
 */
export async function runFullProgram(argv: readonly string[], world: World, act: Act): Promise<ExitStatus> {
  try {
    await programFor(argv, world, act).parseAsync(argv, { from: 'user' });
    return EXIT.good;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.good;
    if (isForMachines(argv)) throw mistake(error);
    return EXIT.cannotTell;
  }
}

/** What is wrong is then told in one piece, in the form that was asked for. */
function isForMachines(argv: readonly string[]): boolean {
  return argv.includes('--json') || isForNagios(argv);
}

type Act = (
  spec: CommandSpec,
  args: readonly (string | undefined)[],
  options: CommandOptions,
) => Promise<void>;

function programFor(argv: readonly string[], world: World, act: Act): Command {
  const program = new Command('everbearer')
    .description('OAuth 2 tokens that stay valid: sign in, see, ask and mend.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => world.output.write(text),
      // Help behind a mistake is for a person as well.
      writeErr: (text) => {
        if (!isForMachines(argv)) world.notes.write(withoutLongWords(text));
      },
    })
    .addHelpText(
      'after',
      '\nExit status: 0 good, 1 failed or warning, 2 a person must sign in, 3 cannot tell.',
    );
  if (/^(-V|--version)$/.test(argv[0] ?? '')) program.version(ownVersion());
  // The one that is meant is enough; anything else is a matter for the whole list.
  const meant = COMMANDS.filter((spec) => nameOf(spec) === argv[0]);
  for (const spec of meant.length > 0 ? meant : COMMANDS) add(program, spec, act);
  return program;
}

function add(program: Command, spec: CommandSpec, act: Act): void {
  const command = program.command(spec.usage).description(spec.summary);
  for (const [flags, words] of spec.flags) command.addOption(optionOf(flags, words));
  command.addOption(optionOf(...JSON_FLAG));
  for (const [flags, words] of setupFlagsOf(spec))
    command.addOption(optionOf(flags, words).helpGroup('Set-up:'));
  command.addHelpText(
    'after',
    `\nExamples:${spec.examples.map(([line, words]) => `\n  ${line}\n      ${words}`).join('')}`,
  );
  if (spec.runsProgram) {
    command.usage('[options] -- PROGRAM [ARGUMENT...]');
    command.showHelpAfterError(`Put -- before the program: everbearer ${spec.usage} -- node app.js`);
  }
  const count = command.registeredArguments.length;
  command.action((...given: unknown[]) =>
    act(spec, given.slice(0, count) as (string | undefined)[], given[count] as CommandOptions),
  );
}

/** For machines: what a person reads of it, in one line. */
function mistake({ message }: CommanderError): ConfigurationError {
  const words = withoutLongWords(message.replace(/^error: /, '')).replaceAll('\n', ' ');
  return new ConfigurationError({ option: 'arguments', message: `${words} See --help.` });
}

/** One that ends in `...` may be given again. It never takes the word behind its value: git and docker add one. */
function optionOf(flags: string, words: string): Option {
  if (!flags.endsWith('...>')) return onceOnly(new Option(flags, words));
  const option = new Option(flags.replace('...>', '>'), `${words}; may be repeated`);
  return option.argParser((value, before: string[] | undefined) => [...(before ?? []), value]);
}

/** Of two values, one would be ignored: `renew --account a --account b`. */
function onceOnly(option: Option): Option {
  if (!option.required) return option;
  return option.argParser((value, before: string | undefined) => {
    if (before === undefined) return value;
    throw new InvalidArgumentError('It was given before, and takes one value.');
  });
}

/** What is repeated as unknown may be a token that was pasted. */
function withoutLongWords(text: string): string {
  return text
    .replace(/'[^'\n]{30,}'/g, "'…'")
    .replace(/(?<=^(?:error: )?too many arguments.* but got \d+).*/gm, '.');
}
