import { AuthError } from './auth-error.ts';

/** What a {@link ConfigurationError} is made of. */
export interface ConfigurationErrorOptions {
  /** The option that the message speaks of, as a path: `timing.leaseTtlMs`. */
  option: string;
  /** What is wrong with it, and the remedy. Never a secret. */
  message: string;
  /** The error that this one came from. Default: none. */
  cause?: unknown;
}

/** An option is missing, has the wrong type or cannot work; `message` names it. Thrown before anything happens. */
export class ConfigurationError extends AuthError {
  /** By which an error of this class is known, also one of another installed copy of this library. */
  static override readonly kind = 'ConfigurationError';
  /** Always `configuration`. */
  declare readonly code: 'configuration';
  /** The option that the message speaks of, as a path: `timing.leaseTtlMs`. */
  readonly option: string;

  constructor({ option, message, cause }: ConfigurationErrorOptions) {
    super({ code: 'configuration', message, cause });
    this.option = option;
  }
}
