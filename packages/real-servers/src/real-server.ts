import type { ClientAuthentication, OAuth2Options } from '@everbearer/providers/oauth2';
import { startProcess } from '@everbearer/testing/supervise';
import { clientKey } from './client-key.ts';
import type { RealServerName } from './traits.ts';

/** At the last one nobody can sign in without proofs of possession. */
export type StartedName = RealServerName | 'atproto-oauth-provider';

/** How a client can be known to a server. */
export type Method = 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';

/** What a server that listens tells of itself. */
export interface ServerDescription {
  /** What `oauth2()` is told about where it is. */
  options: Pick<
    OAuth2Options,
    | 'issuer'
    | 'tokenEndpoint'
    | 'authorizationEndpoint'
    | 'revocationEndpoint'
    | 'deviceAuthorizationEndpoint'
  >;
  scopes: readonly string[];
  /** The clients registered there, one for each authentication it knows. */
  clients: Partial<Record<Method, { clientId: string; clientSecret?: string }>>;
  /** Where the browser comes back to, as it is registered. Without a port any will do. */
  redirectUri: string;
  /** The page at which the person's browser begins, where it has to bring a session. */
  firstPage?: string;
  /** What agrees in the person's place, asked with the query of the authorization request. Default: its page has a form. */
  agree?: string;
  /** What the page of the device sign-in sends when a person has entered the code and agreed, the code left out. Default: that page has a form. */
  deviceAnswer?: string;
  /** A resource that answers 200 to an access token that works. */
  api?: string;
  /** Tells when the refresh token `token` ends, in milliseconds since the epoch, where the server keeps a book of that. */
  end?: string;
  /** Ends the session of the refresh token that a client posts to it as `token`, as at a revocation endpoint. */
  ender: string;
  /** Which client the checks use for that, where a public one may not. */
  endingClient?: 'client_secret_basic';
  /** A session that nobody signed in to, bound to the key of the clients. */
  refreshToken?: string;
}

/** A real authorization server in a process of its own. */
export interface RealServer extends ServerDescription, AsyncDisposable {
  readonly name: StartedName;
  readonly pid: number;
  /** Ends the process and resolves when it is gone. */
  stop(): Promise<void>;
}

/** Starts a server on a free port of loopback. It ends with this process at the latest. */
export async function startRealServer(name: StartedName): Promise<RealServer> {
  const { publicKey } = await clientKey();
  const started = startProcess<ServerDescription>({
    main: new URL(`starters/${name}.mjs`, import.meta.url),
    name,
    env: { CLIENT_JWK: JSON.stringify(publicKey), NODE_NO_WARNINGS: '1' },
    execArgv: [],
    insistMs: 2_000,
  });
  try {
    const isDescription = (message: ServerDescription): message is ServerDescription => message !== undefined;
    const description = await started.next(isDescription, 'become ready');
    const { pid, stop } = started;
    return { ...description, name, pid, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await started.kill();
    throw error;
  }
}

/** How one of its clients proves who it is. */
export async function authenticationOf(
  { clients }: RealServer,
  method: Method,
): Promise<{ clientId: string; clientAuthentication: ClientAuthentication }> {
  const client = clients[method];
  if (!client) throw new Error(`No client with ${method} is registered.`);
  const { clientId, clientSecret = '' } = client;
  if (method === 'none') return { clientId, clientAuthentication: 'none' };
  if (method !== 'private_key_jwt') return { clientId, clientAuthentication: { method, clientSecret } };
  const { privateKey: key, publicKey } = await clientKey();
  return { clientId, clientAuthentication: { method, key, kid: publicKey.kid } };
}
