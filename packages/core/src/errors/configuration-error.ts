import { AuthError } from './auth-error.ts';

/** What a {@link ConfigurationError} is made of. */
export interface ConfigurationErrorOptions {
  /** The option the message speaks of, as a path: `timing.leaseTtlMs`. */
  option: string;
  /** What is wrong with it, and the remedy. Never a secret. */
  message: string;
  /** What it came from. Of foreign errors only name and code are kept. */
  cause?: unknown;
}

/** An option is missing, has the wrong type or cannot work; `message` names it. Thrown before anything happens. */
export class ConfigurationError extends AuthError {
  /** The name of the class. */
  static override readonly kind = 'ConfigurationError';
  /** The one code of this class. */
  declare readonly code: 'configuration';
  /** The option the message speaks of, as a path: `timing.leaseTtlMs`. */
  readonly option: string;

  constructor({ option, message, cause }: ConfigurationErrorOptions) {
    super({ code: 'configuration', message, cause });
    this.option = option;
  }
}
