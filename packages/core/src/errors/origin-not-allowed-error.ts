import { AuthError } from './auth-error.ts';

/** What an {@link OriginNotAllowedError} is made of. */
export interface OriginNotAllowedErrorOptions {
  /** Where the request was to go. */
  origin: string;
  /** It would have gone there unencrypted. Default false. */
  insecure?: boolean | undefined;
}

/** The request was not sent: its origin is not among `origins`, so no token may go there. */
export class OriginNotAllowedError extends AuthError {
  /** The name of the class. */
  static override readonly kind = 'OriginNotAllowedError';
  /** The one code of this class. */
  declare readonly code: 'origin_not_allowed';
  /** Where the request was to go. */
  readonly origin: string;

  constructor({ origin, insecure = false }: OriginNotAllowedErrorOptions) {
    const why = insecure
      ? 'is not encrypted (http beyond loopback). Use https, or set `allowPlainHttp: true` where TLS ends elsewhere.'
      : "is not among `origins`. Add it, send this call with `auth: false`, or set `onForeignOrigin: 'pass'`.";
    super({ code: 'origin_not_allowed', message: `The request to ${origin} was not sent: it ${why}` });
    this.origin = origin;
  }
}
