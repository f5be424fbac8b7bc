import { AuthError } from './auth-error.ts';

export interface ConfigurationErrorOptions {
  /** The option the message speaks of, as a path: `timing.leaseTtlMs`. */
  option: string;
  /** What is wrong with it, and the remedy. Never a secret. */
  message: string;
  cause?: unknown;
}

/** An option is missing, has the wrong type or cannot work; `message` names it. Thrown before anything happens. */
export class ConfigurationError extends AuthError {
  static override readonly kind = 'ConfigurationError';
  declare readonly code: 'configuration';
  /** The option the message speaks of, as a path: `timing.leaseTtlMs`. */
  readonly option: string;

  constructor({ option, message, cause }: ConfigurationErrorOptions) {
    super({ code: 'configuration', message, cause });
    this.option = option;
  }
}
