import { fileBackend } from '@everbearer/backends/file';
import { createAuthFetch, createTokenManager } from '@everbearer/core';
import { oauth2 } from '@everbearer/providers/oauth2';
import { told } from './told.ts';

/* A program that finds its token in the file store. Arguments: where to, the directory of the store, and whether to sign in first. */
const [url = '', directory = '', signsIn] = process.argv.slice(2);
const provider = oauth2({ tokenEndpoint: `${url}/token`, clientId: 'bench', scopes: ['read'] });
const tokens = createTokenManager({ provider, backend: fileBackend({ directory }) });
if (signsIn)
  await tokens.signIn({
    accessToken: 'a'.repeat(1_500),
    refreshToken: 'r',
    expiresAt: Date.now() + 3_600_000,
  });
await told(createAuthFetch(tokens, { origins: [url] })(url));
