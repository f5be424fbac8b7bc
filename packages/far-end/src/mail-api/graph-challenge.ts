import { randomUUID } from 'node:crypto';
import type { Verdict } from '@everbearer/testing/authorization-server';
import { jsonReply, type Reply } from '@everbearer/testing/loopback-server';

/** `documented`: as the vendor's pages show it. `graph`: as Graph sends it, with a bare URL and more parameters. */
export type ChallengeForm = 'documented' | 'graph';

/** Why a request is rejected: what its token was judged to be, or that it has none. */
export type BadVerdict = Exclude<Verdict, { kind: 'valid' }> | { kind: 'bare' };

const GRAPH_APP = '00000003-0000-0000-c000-000000000000';
const AUTHORIZE = 'https://login.microsoftonline.com/common/oauth2/authorize';

/** The 401 for a request, header and body, in one of the two forms that occur. */
export function challengeReply(verdict: BadVerdict, form: ChallengeForm): Reply {
  const challenge = form === 'documented' ? documented(verdict) : asGraph(verdict);
  return graphError(401, 'InvalidAuthenticationToken', TEXTS[verdict.kind], {
    'www-authenticate': challenge,
  });
}

const TEXTS: Readonly<Record<BadVerdict['kind'], string>> = {
  bare: 'Access token is empty.',
  unknown: 'CompactToken parsing failed with error code: 80049217',
  expired: 'Lifetime validation failed, the token is expired.',
  revoked: 'Access token has been revoked.',
  insufficient_claims: 'Continuous access evaluation resulted in challenge with result: InteractionRequired',
};

function documented(verdict: BadVerdict): string {
  const start = `Bearer realm="", authorization_uri="${AUTHORIZE}"`;
  if (verdict.kind === 'bare') return start;
  if (verdict.kind !== 'insufficient_claims') return `${start}, ${invalidToken(verdict.kind)}`;
  return `${start}, error="insufficient_claims", claims="${base64(verdict.claims)}"`;
}

function asGraph(verdict: BadVerdict): string {
  const start = `Bearer realm="", authorization_uri=${AUTHORIZE}, client_id="${GRAPH_APP}"`;
  if (verdict.kind === 'bare') return start;
  if (verdict.kind !== 'insufficient_claims') return `${start}, ${invalidToken(verdict.kind)}`;
  const why = `${TEXTS.insufficient_claims} and code: TokenIssuedBeforeRevocationTimestamp`;
  return `${start}, error="insufficient_claims", claims="${base64(verdict.claims)}", errorDescription="${why}"`;
}

function invalidToken(kind: 'unknown' | 'expired' | 'revoked'): string {
  return `error="invalid_token", error_description="${TEXTS[kind]}"`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** An error in the shape of Graph. */
export function graphError(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Reply {
  const id = randomUUID();
  const innerError = {
    date: new Date().toISOString().slice(0, 19),
    'request-id': id,
    'client-request-id': id,
  };
  return jsonReply(status, { error: { code, message, innerError } }, { 'request-id': id, ...headers });
}
