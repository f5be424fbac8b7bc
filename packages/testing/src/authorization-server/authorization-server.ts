import { listenOnLoopback } from '../loopback/loopback-server.ts';
import type { AuthorizationServerCounts } from './authorization-server-counts.ts';
import {
  type AuthorizationServerChanges,
  type AuthorizationServerOptions,
  configure,
} from './authorization-server-settings.ts';
import { type ConfidentialClient, isPublic, type TestAccount, type TestClient } from './directory.ts';
import { endings } from './endings.ts';
import { type AuthorizationServerMetadata, metadataOf } from './endpoints.ts';
import { people, type TestSignIn } from './people.ts';
import {
  type MicrosoftTestOptions,
  type OAuth2TestOptions,
  providerOptions,
  type TestClientKind,
} from './provider-options.ts';
import { createRealm } from './realm.ts';
import { router } from './router.ts';
import type { Timeline } from './timeline.ts';
import type { Verdict } from './token-registry.ts';
import type { TokenReply } from './token-reply.ts';
import type { Trouble } from './trouble.ts';

/**
 * An authorization server in the shape of Entra. It is strict unless told otherwise, and makes trouble on demand.
 * Methods that take an account take its username, and throw an Error if there is no such account.
 */
export interface AuthorizationServer extends AsyncDisposable {
  /** Its origin, without a slash at the end. */
  readonly url: string;
  /** `<url>/<tenant>`, what clients of Entra call the authority. */
  readonly authority: string;
  /** The issuer identifier: `issuer` of `oauth2()`. */
  readonly issuer: string;
  /** Address of the token endpoint. */
  readonly tokenEndpoint: string;
  /** The discovery document, by the settings as they are now. */
  readonly metadata: AuthorizationServerMetadata;
  /** The one tenant. */
  readonly tenantId: string;
  /** The first public client. */
  readonly clientId: string;
  /** The first client that has a secret. */
  readonly daemon: ConfidentialClient | undefined;
  /** Who can sign in. */
  readonly accounts: readonly TestAccount[];
  /** A copy of the counts as they are now. */
  readonly counts: AuthorizationServerCounts;
  /** What happened so far. */
  readonly timeline: Timeline;

  /**
   * What points `microsoft()` here: `microsoft({ ...server.microsoftOptions(), scopes: ['Mail.Read'] })`.
   * @param as - `person` (default), or an application: `secret` or `certificate`
   * @throws {ConfigurationError} when there is no such kind
   * @throws an Error when none of `clients` is of that kind
   */
  microsoftOptions<Kind extends TestClientKind = 'person'>(as?: Kind): MicrosoftTestOptions[Kind];
  /**
   * What points `oauth2()` here: `oauth2({ ...server.oauth2Options(), scopes: ['Mail.Read'] })`.
   * @param as - `person` (default), or an application: `secret` or `certificate`
   * @throws {ConfigurationError} when there is no such kind
   * @throws an Error when none of `clients` is of that kind
   */
  oauth2Options<Kind extends TestClientKind = 'person'>(as?: Kind): OAuth2TestOptions[Kind];

  /** What a resource server is to make of a bearer token. */
  judge(token: string): Verdict;
  /** Every secret handed out so far: tokens and codes. */
  secrets(): string[];

  /** Signs a person in without a browser: starts a token family, and returns what the token endpoint would. */
  signIn(options?: TestSignIn): TokenReply;
  /** A person approves a device sign-in. Throws an Error if none waits under that code. */
  approve(userCode: string, account?: string): void;
  /** A person declines a device sign-in. Throws an Error if none waits under that code. */
  deny(userCode: string): void;
  /** User codes that wait for a person. */
  pendingUserCodes(): string[];

  /**
   * Changes settings; what is undefined stays as it is.
   * @throws {ConfigurationError} naming a setting that is unknown or wrong; nothing is changed then
   */
  configure(changes: AuthorizationServerChanges): void;
  /**
   * The next token requests get these troubles, in this order.
   * @throws {ConfigurationError} naming a member of a trouble that is unknown, wrong or missing; none is added then
   */
  script(...troubles: Trouble[]): void;
  /** Takes back the troubles that no request has had yet. */
  clearScript(): void;
  /** Revokes valid access tokens now (of an account, or all); refresh tokens stay valid. Returns how many. */
  revokeAccessTokens(account?: string): number;
  /** Revokes token families (of an account, or all), refresh tokens included. Returns how many. */
  revokeFamily(account?: string): number;
  /** Makes valid access tokens (of an account, or all) expire now, whatever their replies promised. Returns how many. */
  expireNow(account?: string): number;
  /**
   * From now on only tokens that were issued for these claims are valid (JSON; default: issued after this moment). If a
   * family has met the requirement once, its later tokens meet it too.
   */
  requireClaims(claims?: string, account?: string): void;
  /** Ends what `requireClaims` began. */
  liftClaims(): void;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts an authorization server on loopback.
 * @throws {ConfigurationError} naming an option that is unknown, or a setting that is wrong
 * @throws the error of `node:http` if the port cannot be listened on
 */
export async function createAuthorizationServer(
  options: AuthorizationServerOptions = {},
): Promise<AuthorizationServer> {
  const realm = createRealm(options);
  const server = await listenOnLoopback(router(realm), options.port);
  realm.url = server.url;
  const { directory, registry } = realm;
  const { tenantId, accounts, clients } = directory;
  const metadata = metadataOf(realm);
  const daemon = clients.find(isConfidential);
  return {
    url: server.url,
    authority: `${server.url}/${tenantId}`,
    issuer: metadata.issuer,
    tokenEndpoint: metadata.token_endpoint,
    get metadata() {
      return metadataOf(realm);
    },
    tenantId,
    clientId: (clients.find(isPublic) ?? clients[0])?.clientId ?? '',
    daemon,
    accounts,
    get counts() {
      return structuredClone(realm.counts);
    },
    timeline: realm.timeline,
    judge: registry.judge,
    secrets: registry.secrets,
    script: realm.troubles.script,
    clearScript: realm.troubles.clear,
    configure: (changes) => configure(realm.settings, changes),
    ...people(realm),
    ...providerOptions(realm),
    ...endings(realm),
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  };
}

function isConfidential(client: TestClient): client is ConfidentialClient {
  return client.clientSecret !== undefined;
}
