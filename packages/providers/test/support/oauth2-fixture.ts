import type { ProviderContext } from '@everbearer/core/contract';
import { type OAuth2Options, oauth2 } from '@everbearer/providers/oauth2';
import type { SignInProvider } from '@everbearer/providers/sign-in';
import { context } from './context.ts';
import type { TokenServer } from './token-server.ts';

export const REFRESH_TOKEN = 'rt-canary-1';
export const TOKENS = { token_type: 'bearer', access_token: 'at-1', refresh_token: 'rt-2', expires_in: 3600 };
export const credential = { refreshToken: REFRESH_TOKEN };

export const ask = (changes: Partial<ProviderContext> = {}) => context({ scopes: ['mail'], ...changes });

export type UserOptions = Partial<OAuth2Options> & { grant?: 'refresh_token' };

/** A provider at the token endpoint of a test's server. */
export function at(server: TokenServer, options: UserOptions = {}): SignInProvider {
  return oauth2({ tokenEndpoint: `${server.url}/token`, clientId: 'client-1', scopes: ['mail'], ...options });
}
