import { listenOnLoopback, type RequestHandler } from '../loopback/loopback-server.ts';
import { jsonReply, send } from '../loopback/reply.ts';
import type { AuthorizationServerCounts } from './authorization-server-counts.ts';
import type { TestAccount, TestClient } from './directory.ts';
import { type AuthorizationServerMetadata, issuerOf, metadataOf } from './endpoints.ts';
import { signIn } from './grants.ts';
import {
  type AuthorizationServerOptions,
  type AuthorizationServerSettings,
  configure,
  createRealm,
  type Realm,
} from './realm.ts';
import { REFUSALS } from './refusal.ts';
import { authorizationEndpoint, deviceAnswer, devicePage, logoutPage } from './sign-in-pages.ts';
import type { Timeline } from './timeline.ts';
import { deviceCodeEndpoint, revocationEndpoint, tokenEndpoint } from './token-endpoint.ts';
import type { Verdict } from './token-registry.ts';
import { errorReply, type TokenReply, tokenReply } from './token-reply.ts';
import type { Trouble } from './trouble.ts';

export type { AuthorizationServerCounts } from './authorization-server-counts.ts';
export type { DirectoryOptions, TestAccount, TestClient } from './directory.ts';
export type { AuthorizationServerMetadata } from './endpoints.ts';
export type {
  AuthorizationServerOptions,
  AuthorizationServerSettings,
} from './realm.ts';
export type { RotationRules } from './refresh-rotation.ts';
export {
  createTimeline,
  type FarEndEvent,
  type Timeline,
  type TimelineEntry,
} from './timeline.ts';
export type { Verdict } from './token-registry.ts';
export type { TokenReply } from './token-reply.ts';
export type { ScriptedError, Trouble, TroubleKind } from './trouble.ts';

/** An authorization server in the shape of Entra, strict unless told otherwise, and able to make trouble. */
export interface AuthorizationServer extends AsyncDisposable {
  readonly url: string;
  /** `<url>/<tenant>`, what clients of Entra call the authority. */
  readonly authority: string;
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly metadata: AuthorizationServerMetadata;
  readonly tenantId: string;
  /** The first public client. */
  readonly clientId: string;
  /** The first client that has a secret. */
  readonly daemon: Required<TestClient> | undefined;
  readonly accounts: readonly TestAccount[];
  /** A copy of the counts as they stand. */
  readonly counts: AuthorizationServerCounts;
  readonly timeline: Timeline;

  /** What a resource server is to make of a bearer token. */
  judge(token: string): Verdict;
  /** Every secret handed out so far: tokens, codes. */
  secrets(): string[];

  /** Signs a person in without a browser: starts a family and returns what the token endpoint would. */
  signIn(options?: { account?: string; clientId?: string; scopes?: readonly string[] }): TokenReply;
  /** A person approves a device sign-in. Throws when no such code or account waits. */
  approve(userCode: string, account?: string): void;
  deny(userCode: string): void;
  /** User codes that wait for a person. */
  pendingUserCodes(): string[];

  configure(changes: Partial<AuthorizationServerSettings>): void;
  /** The next token requests get these, in this order. */
  script(...troubles: Trouble[]): void;
  clearScript(): void;
  /** Early revocation: living access tokens (of an account) end now, refresh tokens live on. Returns how many. */
  revokeAccessTokens(account?: string): number;
  /** Families (of an account) end, refresh tokens and all. Returns how many. */
  revokeFamily(account?: string): number;
  /** Living access tokens (of an account) expire now, whatever their replies promised. Returns how many. */
  expireNow(account?: string): number;
  /**
   * From now on only tokens that were issued for these claims (JSON; default: issued after this moment) pass.
   * A family that met the demand once has met it for its later tokens too.
   */
  requireClaims(claims?: string, account?: string): void;
  /** Ends what `requireClaims` began. */
  liftClaims(): void;
  close(): Promise<void>;
}

export async function createAuthorizationServer(
  options: AuthorizationServerOptions = {},
): Promise<AuthorizationServer> {
  const realm = createRealm(options);
  const server = await listenOnLoopback(router(realm), options.port);
  realm.url = server.url;
  const { directory, registry } = realm;
  const { tenantId, accounts, clients } = directory;
  const metadata = metadataOf(realm);
  const daemon = clients.find(({ clientSecret }) => clientSecret !== undefined) as
    | Required<TestClient>
    | undefined;
  return {
    url: server.url,
    authority: `${server.url}/${tenantId}`,
    issuer: metadata.issuer,
    tokenEndpoint: metadata.token_endpoint,
    metadata,
    tenantId,
    clientId: (clients.find(({ clientSecret }) => clientSecret === undefined) ?? clients[0])?.clientId ?? '',
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
    ...endings(realm),
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  };
}

function people(realm: Realm): Pick<AuthorizationServer, 'signIn' | 'approve' | 'deny' | 'pendingUserCodes'> {
  const { directory, devices } = realm;
  return {
    signIn({ account, clientId, scopes = ['openid', 'profile', 'offline_access', 'Mail.Read'] } = {}) {
      const client = clientId ?? directory.clients[0]?.clientId ?? '';
      const who = { account: accountOf(realm, account), clientId: client, scopes };
      return tokenReply(signIn(realm, { ...who, grant: 'sign_in' }), issuerOf(realm));
    },
    approve(userCode, account) {
      if (!devices.approve(userCode, accountOf(realm, account))) throw nothingWaits(userCode);
    },
    deny(userCode) {
      if (!devices.deny(userCode)) throw nothingWaits(userCode);
    },
    pendingUserCodes: devices.pending,
  };
}

function endings(
  realm: Realm,
): Pick<
  AuthorizationServer,
  'revokeAccessTokens' | 'revokeFamily' | 'expireNow' | 'requireClaims' | 'liftClaims'
> {
  const { registry, claims, timeline } = realm;
  const idOf = (account: string | undefined) =>
    account === undefined ? undefined : accountOf(realm, account).id;
  return {
    revokeAccessTokens(account) {
      const tokens = registry.living({ accountId: idOf(account) });
      for (const token of tokens) token.revokedAt = Date.now();
      timeline.add({ type: 'access_tokens_revoked', count: tokens.length });
      return tokens.length;
    },
    revokeFamily: (account) =>
      registry.families(idOf(account)).filter((family) => realm.revokeFamily(family, 'scripted')).length,
    expireNow(account) {
      const tokens = registry.living({ accountId: idOf(account) });
      for (const token of tokens) token.expiresAt = Date.now();
      timeline.add({ type: 'access_tokens_expired', count: tokens.length });
      return tokens.length;
    },
    requireClaims(demanded, account) {
      claims.require(demanded, idOf(account));
      timeline.add({ type: 'claims_required' });
    },
    liftClaims: claims.lift,
  };
}

function accountOf({ directory }: Realm, username: string | undefined): TestAccount {
  const account = directory.account(username);
  if (!account)
    throw new Error(`The simulated tenant has no account "${username}". Name one of its \`accounts\`.`);
  return account;
}

function nothingWaits(userCode: string): Error {
  return new Error(`No device sign-in waits under the code "${userCode}". Ask for one first.`);
}

const TENANT_ALIASES = ['common', 'organizations', 'consumers'];

function router(realm: Realm): RequestHandler {
  const routes: Record<string, RequestHandler> = {
    'POST oauth2/v2.0/token': tokenEndpoint(realm),
    'POST oauth2/v2.0/devicecode': deviceCodeEndpoint(realm),
    'POST oauth2/v2.0/revoke': revocationEndpoint(realm),
    'GET oauth2/v2.0/authorize': authorizationEndpoint(realm),
    'GET oauth2/v2.0/logout': logoutPage(realm),
    'GET device': devicePage(realm),
    'POST device': deviceAnswer(realm),
    'GET v2.0/.well-known/openid-configuration': async (_, response) =>
      send(response, jsonReply(200, metadataOf(realm))),
    'GET discovery/v2.0/keys': async (_, response) => send(response, jsonReply(200, { keys: [] })),
  };
  return async (request, response, url) => {
    const [, tenant = '', path = ''] = /^\/([^/]+)\/(.*)$/.exec(url.pathname) ?? [];
    const route = routes[`${request.method} ${path}`];
    if (!route) return send(response, jsonReply(404, { message: 'There is no such page.' }));
    if (tenant !== realm.directory.tenantId && !TENANT_ALIASES.includes(tenant)) {
      return send(response, jsonReply(400, errorReply(REFUSALS.unknownTenant)));
    }
    await route(request, response, url);
  };
}
