import { isForNagios, nagiosFailure } from '../print/nagios-failure.ts';
import { printJson } from '../print/print-json.ts';
import type { CommandInput } from '../session/command-input.ts';
import { errorStatus, shownError } from '../session/shown-error.ts';
import type { ExitStatus } from '../world/exit-status.ts';
import type { World } from '../world/world.ts';
import type { CommandSpec } from './command-spec.ts';
import { COMMANDS, nameOf } from './commands.ts';
import { readArguments } from './read-arguments.ts';
import { refuseSecrets } from './refuse-secrets.ts';

/** Runs one command line, and says how it ended. Nothing is thrown. */
export async function runProgram(argv: readonly string[], world: World): Promise<number> {
  try {
    refuseSecrets(argv);
    const spec = COMMANDS.find((each) => nameOf(each) === argv[0]);
    const { own, program } = spec?.runsProgram ? parted(argv) : { own: argv, program: [] };
    const told = spec && readArguments(spec, own.slice(1));
    const act: Act = (meant, { args, options }) =>
      start(meant, { args: [...args, ...program], options, world });
    return spec && told ? await act(spec, told) : await explain(own, world, act);
  } catch (error) {
    return tellError(error, argv, world);
  }
}

/** Says why a command line failed, in the form it asked for, and how it ends. */
export function tellError(error: unknown, argv: readonly string[], world: World): ExitStatus {
  const shown = shownError(error);
  // Behind `--` it is a word for somebody else.
  const { own } = parted(argv);
  if (isForNagios(own)) world.output.write(nagiosFailure(errorStatus(error), shown.message));
  else if (own.includes('--json')) printJson(world.output, { error: shown });
  else world.notes.write(`everbearer: ${shown.message}\n`);
  return errorStatus(error);
}

async function start(spec: CommandSpec, input: CommandInput): Promise<number> {
  const { run } = await spec.load();
  return run(input);
}

type Act = (spec: CommandSpec, told: Pick<CommandInput, 'args' | 'options'>) => Promise<number>;

/** What is for us, and the program behind `--`. */
function parted(argv: readonly string[]): { own: readonly string[]; program: readonly string[] } {
  const end = argv.indexOf('--');
  return end < 0 ? { own: argv, program: [] } : { own: argv.slice(0, end), program: argv.slice(end + 1) };
}

/** Help, a mistake, or a value that only commander tells from a flag. */
async function explain(argv: readonly string[], world: World, act: Act): Promise<number> {
  const { runFullProgram } = await import('./full-program.ts');
  let exit: number | undefined;
  const ended = await runFullProgram(argv, world, async (spec, args, options) => {
    exit = await act(spec, { args, options });
  });
  return exit ?? ended;
}
