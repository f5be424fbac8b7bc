export { type BearerAuthOptions, bearerAuth } from './bearer-auth.ts';
export { HeaderNotInjectedError } from './header-not-injected-error.ts';
