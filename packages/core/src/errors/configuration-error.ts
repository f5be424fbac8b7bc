import { AuthError } from './auth-error.ts';

/** An option is missing, has the wrong type or cannot work; `message` names it. Thrown before anything happens. */
export class ConfigurationError extends AuthError {
  static override readonly kind = 'ConfigurationError';
  override name = 'ConfigurationError';
  /** The option the message speaks of. */
  readonly option: string;

  constructor(option: string, message: string, { cause }: { cause?: unknown } = {}) {
    super(message, { code: 'configuration', cause });
    this.option = option;
  }
}
