import { ConfigurationError } from '../errors/configuration-error.ts';

/** The error that names an option. Its message is the name, and then these words, which say the remedy. */
export function invalidOption(option: string, words: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError({ option, message: `\`${option}\` ${words}`, cause });
}
