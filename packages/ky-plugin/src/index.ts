export { type BearerAuthOptions, bearerAuth } from './bearer-auth.ts';
export { HeaderNotInjectedError, type HeaderNotInjectedErrorOptions } from './header-not-injected-error.ts';
