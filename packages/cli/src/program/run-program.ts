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
export async function runProgram(argv: readonly string[], world: World): Promise<ExitStatus> {
  try {
    refuseSecrets(argv);
    const spec = COMMANDS.find((each) => nameOf(each) === argv[0]);
    const told = spec && readArguments(spec, argv.slice(1));
    return spec && told ? await start(spec, { ...told, world }) : await explain(argv, world);
  } catch (error) {
    const shown = shownError(error);
    if (argv.includes('--json')) printJson(world.output, { error: shown });
    else world.notes.write(`everbearer: ${shown.message}\n`);
    return errorStatus(error);
  }
}

async function start(spec: CommandSpec, input: CommandInput): Promise<ExitStatus> {
  const { run } = await spec.load();
  return run(input);
}

/** Help, a mistake, or a value that only commander tells from a flag. */
async function explain(argv: readonly string[], world: World): Promise<ExitStatus> {
  const { runFullProgram } = await import('./full-program.ts');
  let exit: ExitStatus | undefined;
  const ended = await runFullProgram(argv, world, async (spec, args, options) => {
    exit = await start(spec, { args, options, world });
  });
  return exit ?? ended;
}
