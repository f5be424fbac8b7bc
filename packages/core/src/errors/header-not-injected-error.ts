import { AuthError } from './auth-error.ts';

/** Found by the audit: a call passed without the guard, so nobody vouches for its header. */
export class HeaderNotInjectedError extends AuthError {
  static override readonly kind = 'HeaderNotInjectedError';
  override name = 'HeaderNotInjectedError';

  constructor(origin: string) {
    super(
      `A request to ${origin} went out past the guard: its hooks were cleared or its fetch displaced. Keep the hooks of bearerAuth(), or mark the call \`auth: false\`.`,
      { code: 'header_not_injected' },
    );
  }
}
