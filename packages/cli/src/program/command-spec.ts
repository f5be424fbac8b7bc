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
  load(): Promise<{ run: RunCommand }>;
}
