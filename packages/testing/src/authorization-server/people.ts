import { refuseUnknownOptions } from '@everbearer/core/contract';
import { issuerOf } from './endpoints.ts';
import { signIn } from './grants.ts';
import { accountOf, type Realm } from './realm.ts';
import { type TokenReply, tokenReply } from './token-reply.ts';

/** A sign-in without a browser. */
export interface TestSignIn {
  /** Username. Default: the first account. */
  account?: string | undefined;
  /** Default: the first client. */
  clientId?: string | undefined;
  /** Default: `openid`, `profile`, `offline_access` and `Mail.Read`. */
  scopes?: readonly string[] | undefined;
}

const SIGN_IN = Object.keys({
  account: true,
  clientId: true,
  scopes: true,
} satisfies Record<keyof TestSignIn, true>);

/** What persons do: they sign in, approve and decline. */
export function people(realm: Realm) {
  const { directory, devices } = realm;
  return {
    signIn(options: TestSignIn = {}): TokenReply {
      refuseUnknownOptions(options, SIGN_IN, 'signIn()');
      const { account, clientId, scopes = ['openid', 'profile', 'offline_access', 'Mail.Read'] } = options;
      const client = clientId ?? directory.clients[0]?.clientId ?? '';
      const who = { account: accountOf(realm, account), clientId: client, scopes };
      return tokenReply(signIn(realm, { ...who, grant: 'sign_in' }), issuerOf(realm));
    },
    approve(userCode: string, account?: string): void {
      if (!devices.approve(userCode, accountOf(realm, account))) throw nothingWaits(userCode);
    },
    deny(userCode: string): void {
      if (!devices.deny(userCode)) throw nothingWaits(userCode);
    },
    pendingUserCodes: (): string[] => devices.pending(),
  };
}

function nothingWaits(userCode: string): Error {
  return new Error(`No device sign-in waits under the code "${userCode}". Ask for one first.`);
}
