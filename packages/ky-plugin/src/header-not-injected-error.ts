import { AuthError } from '@everbearer/core/adapter';

/** What a {@link HeaderNotInjectedError} is made of. It writes its own message. */
export interface HeaderNotInjectedErrorOptions {
  /** Where the request went, or was to go. */
  origin: string;
  /** Whether the request went out. Default: true. */
  sent?: boolean | undefined;
}

/**
 * A call has lost the hooks of `bearerAuth()`: they were cleared, or its options were copied without them. It was not sent, since
 * nothing says whose token it should bear. Where the guard was gone as well, because the call brought a `fetch` of its own, it
 * was sent without a token; the audit finds those.
 */
export class HeaderNotInjectedError extends AuthError {
  /** The name of the class. */
  static override readonly kind = 'HeaderNotInjectedError';

  /** The one code of this class. */
  declare readonly code: 'header_not_injected';

  constructor({ origin, sent = true }: HeaderNotInjectedErrorOptions) {
    const what = sent
      ? 'went out past the guard. Keep the hooks of bearerAuth(), or send this call with `auth: false`.'
      : 'was not sent: its call has lost the hooks that say whose token it bears. Keep the hooks of bearerAuth() where you set `hooks`; a request that needs no token goes out by a ky without bearerAuth().';
    super({ code: 'header_not_injected', message: `A request to ${origin} ${what}` });
  }
}
