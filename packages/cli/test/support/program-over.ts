import { join } from 'node:path';
import { fileBackend } from '@everbearer/backends/file';
import { createAuthFetch, createTokenManager, TokenBackendError, type TokenManager } from '@everbearer/core';
import { oauth2, type ProfileName, profiles } from '@everbearer/providers/oauth2';
import type { AuthorizationServer } from '@everbearer/testing/authorization-server';
import { onTestFinished } from 'vitest';

export interface Program {
  manager: TokenManager;
  /** Calls an API with the guaranteed header; resolves to the status of the answer. */
  call(url: string): Promise<number>;
}

export interface ProgramOptions {
  /** Default `unknown`. */
  profile?: ProfileName;
  /** Whether no save finds room. Default false. */
  isFull?: boolean;
}

/** A program of a user over the store that a command line has in that directory, for one test. */
export function programOver(
  server: AuthorizationServer,
  directory: string,
  { profile = 'unknown', isFull = false }: ProgramOptions = {},
): Program {
  const provider = oauth2({
    issuer: server.issuer,
    clientId: server.clientId,
    scopes: ['Mail.Read', 'offline_access'],
    profile: profiles[profile],
  });
  const backend = fileBackend({ directory: join(directory, 'tokens') });
  const save = isFull ? () => Promise.reject(noRoom()) : backend.save;
  const manager = createTokenManager({ provider, backend: { ...backend, save }, account: 'default' });
  onTestFinished(async () => {
    await manager.close();
    await backend.close?.();
  });
  return {
    manager,
    async call(url) {
      const response = await createAuthFetch(manager, { origins: [new URL(url).origin] })(url);
      await response.body?.cancel();
      return response.status;
    },
  };
}

function noRoom(): TokenBackendError {
  return new TokenBackendError({ code: 'full', message: 'No room is left. Make some.' });
}
