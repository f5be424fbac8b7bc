import { Refusal } from '../answers/refusal.ts';
import { type Ask, answersFrom, Cancelled } from '../ask/answers-from.ts';
import { readFlags } from '../ask/read-flags.ts';
import { targetFolder } from '../place/target-folder.ts';
import { writeProject } from '../place/write-project.ts';
import { DEPENDENCIES } from '../project/package-file.ts';
import { projectFiles } from '../project/project-files.ts';
import { helpText } from './help-text.ts';
import { nextSteps } from './next-steps.ts';
import { ownVersion } from './own-version.ts';
import { printable } from './printable.ts';

/** What the program sees of the machine it runs on. */
export interface World {
  /** The working directory. Throws a {@link Refusal} where it is gone. */
  readonly directory: string;
  env: Readonly<Record<string, string | undefined>>;
  /** What was asked for. */
  print(text: string): void;
  /** What a person should know besides. */
  note(text: string): void;
  /** Undefined where there is nobody to ask. */
  ask: (() => Promise<Ask>) | undefined;
}

/** Where it is written if nobody says otherwise. */
const FOLDER = 'everbearer-app';

/** Runs one command line, and says how it ended: 0, or 1 where nothing was written. */
export async function runProgram(argv: readonly string[], world: World): Promise<number> {
  try {
    await create(argv, world);
    return 0;
  } catch (error) {
    if (error instanceof Cancelled) world.note('Nothing was written.\n');
    else if (error instanceof Refusal) world.note(`create-everbearer: ${printable(error.message)}\n`);
    else throw error;
    return 1;
  }
}

async function create(argv: readonly string[], world: World): Promise<void> {
  const flags = readFlags(argv, world.env);
  if (flags.help) return world.print(helpText());
  if (flags.version) return world.print(`${ownVersion()}\n`);
  const { directory } = world;
  const find = () => targetFolder(directory, flags.folder ?? FOLDER, DEPENDENCIES);
  // Before anything is asked, and again behind it: a person may take a while.
  find();
  const ask = flags.yes ? undefined : await world.ask?.();
  const answers = await answersFrom(flags, ask);
  const target = find();
  writeProject(target.path, projectFiles(answers, target.name, ownVersion()));
  world.print(nextSteps(target, answers, world));
}
