import { setTimeout as pause } from 'node:timers/promises';
import { createAuthorizationServer } from '@everbearer/testing/authorization-server';

const ITEMS = ['first', 'second', 'third', 'fourth'];

/** From the environment; without an ISSUER, against a server on this machine that makes trouble between the items. */
export async function settings() {
  const { ISSUER, CLIENT_ID = '', API_URL = '' } = process.env;
  if (!ISSUER) return localSettings();
  return {
    issuer: ISSUER,
    clientId: CLIENT_ID,
    items: ITEMS,
    async process(item: string, token: string): Promise<boolean> {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(new URL(item, API_URL), { method: 'POST', headers })).status !== 401;
    },
    onCode: ({ message }: { message: string }) => console.log(message),
    [Symbol.asyncDispose]: async () => {},
  };
}

async function localSettings() {
  // Tokens that live a second: so soon after a renewal, another would be a storm, and is refused.
  const server = await createAuthorizationServer({ accessTokenLifeMs: 1_000 });
  /** What goes wrong right before an item. */
  const troubles: Record<string, () => void> = {
    second: () => void server.revokeAccessTokens(),
    third() {
      server.revokeAccessTokens();
      server.script({ kind: 'unavailable', retryAfterSeconds: 1 });
    },
    fourth() {
      server.revokeFamily();
      server.revokeAccessTokens();
    },
  };
  return {
    ...server.oauth2Options(),
    items: ITEMS,
    async process(item: string, token: string): Promise<boolean> {
      troubles[item]?.();
      delete troubles[item];
      const isGood = server.judge(token).kind === 'valid';
      await pause(300);
      return isGood;
    },
    onCode: ({ userCode }: { userCode: string }) => server.approve(userCode),
    [Symbol.asyncDispose]: server.close,
  };
}
