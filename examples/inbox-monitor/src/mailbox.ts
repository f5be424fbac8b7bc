import { fileBackend } from '@everbearer/backends/file';
import { type AuthEvent, createTokenManager, type TokenManager } from '@everbearer/core';
import { bearerAuth } from '@everbearer/ky-plugin';
import { type MicrosoftEndpoints, microsoft } from '@everbearer/providers/microsoft';
import { deviceCode } from '@everbearer/providers/sign-in';
import ky, { type KyInstance } from 'ky';
import { sqlStore } from './sql-store.ts';

export interface MailboxConfig {
  tenantId: string;
  clientId: string;
  /** Microsoft Graph, or something shaped like it. */
  apiUrl: string;
  /** Left out for the real identity platform. */
  endpoints?: MicrosoftEndpoints;
  /** A directory for the token file, or a database; left out: the platform's directory for state. */
  store?: { directory: string } | { database: string };
  /** What the far end tells clients apart by. */
  userAgent?: string;
  /** How often the store is looked at for what others did. */
  recheckMs?: number;
}

export interface Mailbox {
  graph: KyInstance;
  tokens: TokenManager;
  /** Signs a person in. Somebody who is signed in stays so, unless `again` is true. */
  signIn(options?: { again?: boolean | undefined }): Promise<void>;
}

export interface MailboxHooks {
  onEvent(event: AuthEvent): void;
  onCode(code: { userCode: string; verificationUri: string; message: string }): void;
}

/** Everything the monitor needs to know of authorization. */
export function openMailbox(config: MailboxConfig, { onEvent, onCode }: MailboxHooks): Mailbox {
  const { tenantId, clientId, apiUrl, endpoints, store, recheckMs, userAgent } = config;
  const provider = microsoft({
    tenantId,
    clientId,
    scopes: ['https://graph.microsoft.com/Mail.Read'],
    ...(endpoints && { endpoints }),
  });
  const backend = store && 'database' in store ? sqlStore(store.database) : fileBackend(store ?? {});
  const timing = recheckMs === undefined ? {} : { recheckMs };
  const tokens = createTokenManager({ provider, backend, onEvent, timing });
  const origins = [new URL(apiUrl).origin];

  return {
    graph: ky
      .create({ baseUrl: `${apiUrl}/`, headers: { 'user-agent': userAgent } })
      .extend(bearerAuth(tokens, { origins, audit: true, onEvent })),
    tokens,
    async signIn({ again = false } = {}) {
      const { state } = await tokens.status();
      const isSignedIn = state !== 'reauthorization_required' && state !== 'signed_out';
      if (isSignedIn && !again) return;
      await tokens.signIn(await deviceCode(provider, { onCode }));
    },
  };
}
