import type { RunCommand } from '../session/command-input.ts';

/** A command, as help and the reading of arguments need it. What it does is loaded when it runs. */
export interface CommandSpec {
  /** Its name and arguments: `request <method> <url>`. */
  usage: string;
  summary: string;
  /** Its own flags: [flag, words]. */
  flags: readonly (readonly [flags: string, words: string])[];
  /** Commands that work as printed, and what they do. */
  examples: readonly (readonly [command: string, words: string])[];
  /** Whether it works without a set-up, and has no flags for one. Default: it has them. */
  isWithoutSetup?: true;
  /** Whether a program to run stands behind `--`: its words are the command's arguments. */
  runsProgram?: true;
  load(): Promise<{ run: RunCommand }>;
}
