import { AuthError } from './auth-error.ts';

/** What an {@link OriginNotAllowedError} is made of; it writes its own message. */
export interface OriginNotAllowedErrorOptions {
  /** Where the request was to go. */
  origin: string;
  /** Whether it would have gone there unencrypted. Default: false. */
  insecure?: boolean | undefined;
}

/** The request was not sent: its origin is not among `origins`, or not encrypted, so no token may go there. */
export class OriginNotAllowedError extends AuthError {
  /** By which an error of this class is known, also one of another installed copy of this library. */
  static override readonly kind = 'OriginNotAllowedError';
  /** Always `origin_not_allowed`. */
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
