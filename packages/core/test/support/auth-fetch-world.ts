import {
  type AuthEvent,
  type AuthFetch,
  type AuthFetchOptions,
  createAuthFetch,
  staticTokenSource,
  type TokenSource,
} from '@everbearer/core';
import { type RecordingServer, recordingServer } from '@everbearer/far-end/support/recording-server';

export interface AuthFetchWorld extends AsyncDisposable {
  server: RecordingServer;
  foreign: RecordingServer;
  events: AuthEvent[];
  authFetch: AuthFetch;
}

/** A server, a foreign server, and a fetch that may go to the first. */
export async function authFetchWorld(
  source: TokenSource = staticTokenSource('abc'),
  options: Partial<AuthFetchOptions> = {},
): Promise<AuthFetchWorld> {
  const server = await recordingServer();
  const foreign = await recordingServer();
  const events: AuthEvent[] = [];
  const onEvent = (event: AuthEvent) => void events.push(event);
  return {
    server,
    foreign,
    events,
    authFetch: createAuthFetch(source, { origins: [server.url], onEvent, ...options }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await foreign[Symbol.asyncDispose]();
    },
  };
}
