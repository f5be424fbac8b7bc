import { AuthError } from '@everbearer/core';

/**
 * Found by the audit: a call went out past the guard, so its header may be missing. That happens when the hooks of
 * `bearerAuth()` were cleared and the call brought a `fetch` of its own.
 */
export class HeaderNotInjectedError extends AuthError {
  /** The name of the class. */
  static override readonly kind = 'HeaderNotInjectedError';

  /** The one code of this class. */
  declare readonly code: 'header_not_injected';

  constructor({ origin }: { origin: string }) {
    super({
      code: 'header_not_injected',
      message: `A request to ${origin} went out past the guard. Keep the hooks of bearerAuth(), or send this call with \`auth: false\`.`,
    });
  }
}
