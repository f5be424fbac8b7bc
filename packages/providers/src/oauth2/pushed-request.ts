import { TokenEndpointError } from '@everbearer/core';
import { pushedAuthorizationRequest } from 'oauth4webapi';
import { OAUTH2_REPLIES } from '../servers/oauth2-reply.ts';
import type { SignIn } from '../sign-in/sign-in-provider.ts';
import { refusalOf, textOf } from '../wire/token-reply.ts';
import type { OAuth2Settings } from './oauth2-options.ts';
import { type OAuth2Request, requireKnown } from './oauth2-request.ts';
import type { ServerMetadata } from './server-metadata.ts';

/**
 * Hands authorization requests to the server, where its metadata demand that or an option names the endpoint.
 * @see https://www.rfc-editor.org/rfc/rfc9126
 */
export function pushedRequests(
  { authentication, clientId, endpoints }: OAuth2Settings,
  metadata: ServerMetadata,
  request: OAuth2Request,
): NonNullable<SignIn['push']> {
  return async (url, signal, dpopKey) => {
    const server = await metadata(signal);
    const isGiven = endpoints.pushed_authorization_request_endpoint !== undefined;
    if (!isGiven && server.require_pushed_authorization_requests !== true) return url;
    const reply = await request(
      'pushed_authorization_request_endpoint',
      { signal },
      (known, client, options) =>
        pushedAuthorizationRequest(known, client, authentication, url.searchParams, options),
      dpopKey,
    );
    const { status, body } = reply;
    if (status < 200 || status >= 300 || body?.['error'] !== undefined)
      throw refusalOf(reply, OAUTH2_REPLIES);
    const requestUri = textOf(body?.['request_uri']);
    if (requestUri === undefined) {
      const description = 'the reply to a pushed authorization request holds no `request_uri`';
      throw new TokenEndpointError({ code: 'invalid_response', status, description });
    }
    const short = new URL(requireKnown(server, 'authorization_endpoint'));
    short.searchParams.set('client_id', clientId);
    short.searchParams.set('request_uri', requestUri);
    return short;
  };
}
