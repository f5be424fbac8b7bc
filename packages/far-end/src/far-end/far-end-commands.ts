import type {
  AuthorizationServer,
  AuthorizationServerCounts,
  AuthorizationServerSettings,
  TokenReply,
  Trouble,
} from '@everbearer/testing/authorization-server';
import type { MailApi, MailApiCounts, MailApiSettings, ScriptedApiReply, StoryEntry } from '../mail-api.ts';

/** What both servers of a far end counted. */
export interface FarEndCounts {
  authorizationServer: AuthorizationServerCounts;
  mailApi: MailApiCounts;
}

/** What can be asked of a far end while it runs; arguments and results are JSON. */
export interface FarEndCommands {
  /** A person approves a device sign-in. */
  approve(userCode: string, account?: string): void;
  deny(userCode: string): void;
  /** User codes that wait for a person. */
  pendingUserCodes(): string[];
  /** Signs a person in without a browser; what the token endpoint would reply. */
  signIn(options?: { account?: string; clientId?: string; scopes?: readonly string[] }): TokenReply;
  /** The next token requests get these, in this order. */
  script(...troubles: Trouble[]): void;
  clearScript(): void;
  /** The next API requests with a good token get these. */
  scriptApi(...replies: ScriptedApiReply[]): void;
  clearApiScript(): void;
  revokeAccessTokens(account?: string): number;
  revokeFamily(account?: string): number;
  expireNow(account?: string): number;
  requireClaims(claims?: string, account?: string): void;
  liftClaims(): void;
  /** Of the access tokens issued from now on. */
  setAccessTokenLife(ms: number): void;
  configure(changes: FarEndSettings): void;
  /** The same for the mail API. */
  configureApi(changes: Partial<Omit<MailApiSettings, 'settleMs'>>): void;
  counts(): FarEndCounts;
  /** What happened so far, oldest first, with no secret in it. */
  timeline(): StoryEntry[];
  /** Every token and code handed out so far: what a search for leaks looks for. */
  secrets(): string[];
}

export type FarEndSettings = Partial<Omit<AuthorizationServerSettings, 'latencyMs'>> & { latencyMs?: number };

/** The commands, carried out on two servers of this process. */
export function farEndCommands(server: AuthorizationServer, api: MailApi): FarEndCommands {
  return {
    approve: server.approve,
    deny: server.deny,
    pendingUserCodes: server.pendingUserCodes,
    signIn: server.signIn,
    script: server.script,
    clearScript: server.clearScript,
    scriptApi: api.script,
    clearApiScript: api.clearScript,
    revokeAccessTokens: server.revokeAccessTokens,
    revokeFamily: server.revokeFamily,
    expireNow: server.expireNow,
    requireClaims: server.requireClaims,
    liftClaims: server.liftClaims,
    setAccessTokenLife: (accessTokenLifeMs) => server.configure({ accessTokenLifeMs }),
    configure: server.configure,
    configureApi: api.configure,
    counts: () => ({ authorizationServer: server.counts, mailApi: api.counts }),
    timeline: () => api.timeline.entries(),
    secrets: server.secrets,
  };
}
