import type { SetupFlags } from '../config/overrides.ts';
import type { World } from '../world/world.ts';

/** What a command was told. */
export interface CommandInput {
  /** In the order of the command's arguments; one that was left out is undefined. Those of a program to run come last. */
  args: readonly (string | undefined)[];
  options: CommandOptions;
  world: World;
}

/** Flags of all commands; each command has its own and those of the set-up. */
export interface CommandOptions extends SetupFlags {
  config?: string | undefined;
  json?: boolean | undefined;
  [more: string]: unknown;
}

/** What a command does: it prints to the world, and says how it ended: by an `ExitStatus`, or by that of a program it ran. */
export type RunCommand = (input: CommandInput) => Promise<number>;
