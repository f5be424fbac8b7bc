import { AuthError } from '@everbearer/core';

/** Found by the audit: a call passed without the guard, so nobody vouches for its header. */
export class HeaderNotInjectedError extends AuthError {
  static override readonly kind = 'HeaderNotInjectedError';
  override name = 'HeaderNotInjectedError';

  declare readonly code: 'header_not_injected';

  constructor({ origin }: { origin: string }) {
    super({
      code: 'header_not_injected',
      message: `A request to ${origin} went out past the guard: its hooks were cleared or its fetch displaced. Keep the hooks of bearerAuth(), or mark the call \`auth: false\`.`,
    });
  }
}
