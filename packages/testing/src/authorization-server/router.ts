import type { RequestHandler } from '../loopback/loopback-server.ts';
import { jsonReply, send } from '../loopback/reply.ts';
import { metadataOf } from './endpoints.ts';
import type { Realm } from './realm.ts';
import { REFUSALS } from './refusal.ts';
import { authorizationEndpoint, deviceAnswer, devicePage, logoutPage } from './sign-in-pages.ts';
import { deviceCodeEndpoint, revocationEndpoint, tokenEndpoint } from './token-endpoint.ts';
import { errorReply } from './token-reply.ts';

const TENANT_ALIASES = ['common', 'organizations', 'consumers'];

/** The endpoints and pages, below the name of the tenant. */
export function router(realm: Realm): RequestHandler {
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
