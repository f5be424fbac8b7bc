import { AuthError } from './auth-error.ts';

/** The request was not sent: its origin is not among `origins`, so no token may go there. */
export class OriginNotAllowedError extends AuthError {
  static override readonly kind = 'OriginNotAllowedError';
  override name = 'OriginNotAllowedError';
  readonly origin: string;

  constructor(origin: string, { insecure = false }: { insecure?: boolean } = {}) {
    const why = insecure
      ? 'is not encrypted (http beyond loopback). Use https, or set `allowPlainHttp: true` where TLS ends elsewhere.'
      : "is not among the allowed origins. Add it to `origins`, send this call with `auth: false`, or set `onForeignOrigin: 'pass'`.";
    super(`The request to ${origin} was not sent: it ${why}`, { code: 'origin_not_allowed' });
    this.origin = origin;
  }
}
