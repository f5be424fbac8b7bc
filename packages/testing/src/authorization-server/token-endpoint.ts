import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonReply, type Reply, send } from '../loopback/reply.ts';
import { readForm } from '../loopback/request-body.ts';
import { authenticateClient } from './client-authentication.ts';
import { issuerOf } from './endpoints.ts';
import { GRANTS, grantName, scopesOf } from './grants.ts';
import { performTrouble, troubleStatus } from './perform-trouble.ts';
import type { Realm } from './realm.ts';
import { REFUSALS, Refusal } from './refusal.ts';
import { errorReply, tokenReply } from './token-reply.ts';

/** `POST .../oauth2/v2.0/token`: first the latency, then a scripted trouble, then the grant. */
export function tokenEndpoint(
  realm: Realm,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let inHand = 0;
  return async (request, response) => {
    const { counts } = realm;
    counts.tokenRequests += 1;
    inHand += 1;
    counts.concurrentMax = Math.max(counts.concurrentMax, inHand);
    response.once('close', () => {
      inHand -= 1;
    });
    const form = await readForm(request);
    const grant = grantName(form?.get('grant_type') ?? null);
    counts.byGrant[grant] = (counts.byGrant[grant] ?? 0) + 1;
    await latency(realm);
    await answer(realm, grant, response, () => {
      const client = authenticateClient(realm, request.headers, checked(form));
      const handle = GRANTS[grant];
      if (!handle) throw new Refusal(REFUSALS.unknownGrant);
      return jsonReply(200, tokenReply(handle({ realm, client, form: checked(form) }), issuerOf(realm)));
    });
  };
}

/** `POST .../oauth2/v2.0/devicecode` (RFC 8628 section 3.1). */
export function deviceCodeEndpoint(realm: Realm) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = await readForm(request);
    const reply = refusing(realm, 'device_code', () => {
      const client = authenticateClient(realm, request.headers, checked(form));
      const { deviceCode, userCode } = realm.devices.begin(
        client.clientId,
        scopesOf(checked(form).get('scope')) ?? [],
      );
      realm.counts.deviceCodes += 1;
      const page = `${realm.url}/${realm.directory.tenantId}/device`;
      return jsonReply(200, {
        user_code: userCode,
        device_code: deviceCode,
        verification_uri: page,
        expires_in: Math.floor(realm.settings.deviceCodeLifeMs / 1000),
        interval: realm.settings.deviceIntervalSeconds,
        message: `To sign in, open the page ${page} and enter the code ${userCode} to authenticate.`,
      });
    });
    send(response, reply);
  };
}

/** `POST .../oauth2/v2.0/revoke` (RFC 7009): 200 also for unknown tokens; a refresh token ends its whole family. */
export function revocationEndpoint(realm: Realm) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    realm.counts.revocations += 1;
    const form = await readForm(request);
    await answer(realm, 'revocation', response, () => {
      const client = authenticateClient(realm, request.headers, checked(form));
      const token = checked(form).get('token') ?? '';
      const refreshToken = realm.registry.refreshToken(token);
      if (refreshToken?.family.clientId === client.clientId)
        realm.revokeFamily(refreshToken.family, 'revocation');
      const accessToken = realm.registry.accessToken(token);
      if (accessToken) accessToken.revokedAt ??= Date.now();
      return { status: 200, headers: { 'cache-control': 'no-store' }, body: '' };
    });
  };
}

async function answer(
  realm: Realm,
  grant: string,
  response: ServerResponse,
  process: () => Reply,
): Promise<void> {
  const trouble = realm.troubles.take(grant);
  const reply = () => refusing(realm, grant, process);
  if (!trouble || trouble.kind === 'pass') return send(response, reply());
  realm.counts.troubled += 1;
  const status = troubleStatus(trouble);
  const seconds = trouble.kind === 'unavailable' ? trouble.retryAfterSeconds : undefined;
  realm.timeline.add({
    type: 'token_trouble',
    grant,
    trouble: trouble.kind,
    ...(status !== undefined && { status }),
    ...(seconds !== undefined && { retryAfterSeconds: seconds }),
  });
  await performTrouble(trouble, response, reply, (refusal) => refuse(realm, grant, refusal));
}

function refusing(realm: Realm, grant: string, process: () => Reply): Reply {
  try {
    return process();
  } catch (error) {
    if (error instanceof Refusal) return refuse(realm, grant, error);
    throw error;
  }
}

function refuse({ counts, timeline }: Realm, grant: string, { detail }: Refusal): Reply {
  const { error, code, status = 400, wordless = false } = detail;
  if (error !== 'authorization_pending' && error !== 'slow_down') {
    counts.refused += 1;
    timeline.add({ type: 'token_refused', grant, error, code });
  }
  const headers = status === 401 ? { 'www-authenticate': 'Basic realm="token endpoint"' } : undefined;
  if (wordless) return { status, headers: { 'cache-control': 'no-store' }, body: '' };
  return jsonReply(status, errorReply(detail), headers);
}

async function latency({ settings }: Realm): Promise<void> {
  const ms = typeof settings.latencyMs === 'function' ? settings.latencyMs() : settings.latencyMs;
  if (ms > 0) await sleep(ms);
}

function checked(form: URLSearchParams | undefined): URLSearchParams {
  if (!form) throw new Refusal(REFUSALS.malformed);
  return form;
}
