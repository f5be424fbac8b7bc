import { fileBackend } from '@everbearer/backends/file';
import { secretBackend } from '@everbearer/backends/secret';
import { createTokenManager, ReauthorizationRequiredError, seedFrom } from '@everbearer/core';
import { bearerAuth } from '@everbearer/ky-plugin';
import { oauth2 } from '@everbearer/providers/oauth2';
import ky from 'ky';
import { settings } from './settings.ts';

/*
 * A job that cron starts: it finds its first refresh token in a mounted secret, once, and goes on with what it stored itself,
 * since each renewal replaces the refresh token and the secret still holds the old one.
 */

await using given = await settings();
const { issuer, clientId, secretFile, directory, apiUrl } = given;
const provider = oauth2({ issuer, clientId, scopes: ['Mail.Read', 'offline_access'] });
await using tokens = createTokenManager({
  provider,
  backend: fileBackend({ directory }),
  seed: seedFrom(secretBackend({ path: secretFile })),
});
const api = ky.create({ baseUrl: apiUrl }).extend(bearerAuth(tokens, { origins: [new URL(apiUrl).origin] }));

try {
  const { totalItemCount } = await api.get('/v1.0/me/mailFolders/inbox').json<{ totalItemCount: number }>();
  console.log(`${totalItemCount} messages; tokens are kept in ${(await tokens.status()).location}`);
} catch (error) {
  // For whoever reads the mail of cron: a person must put a new refresh token into the secret. Everything else may pass.
  const isForPerson = error instanceof ReauthorizationRequiredError;
  console.error(`${isForPerson ? 'A person must act' : 'This run failed'}: ${(error as Error).message}`);
  process.exitCode = isForPerson ? 2 : 1;
}
