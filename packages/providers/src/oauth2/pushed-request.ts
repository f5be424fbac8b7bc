import { TokenEndpointError } from '@everbearer/core';
import type { SignIn } from '../sign-in/sign-in-provider.ts';
import { type OtherEndpoint, refusalOf, refusedRequest } from '../wire/refusal-of.ts';
import { textOf } from '../wire/token-reply.ts';
import type { OAuth2Request } from './oauth2-request.ts';
import type { OAuth2Settings } from './oauth2-settings.ts';
import type { ServerMetadata } from './server-metadata.ts';

const PUSHED: OtherEndpoint = {
  what: 'the pushed authorization request',
  endpoint: 'pushed authorization request endpoint',
  option: 'pushedAuthorizationRequestEndpoint',
};

/**
 * Hands authorization requests to the server, where its metadata demand that or an option names the endpoint.
 * @see https://www.rfc-editor.org/rfc/rfc9126
 */
export function pushedRequests(
  { clientId, endpoints, replies }: OAuth2Settings,
  metadata: ServerMetadata,
  request: OAuth2Request,
): NonNullable<SignIn['push']> {
  return async (url, signal, key) => {
    const endpoint = await metadata('authorization_endpoint', signal);
    const isGiven = endpoints.pushed_authorization_request_endpoint !== undefined;
    if (!isGiven && !endpoint.takesPushedAlone) return url;
    const call = { parameters: Object.fromEntries(url.searchParams), key };
    const reply = await request('pushed_authorization_request_endpoint', { signal }, call);
    const { status, body } = reply;
    if (status < 200 || status >= 300 || body?.['error'] !== undefined)
      throw refusedRequest(PUSHED, refusalOf(reply, replies));
    const requestUri = textOf(body?.['request_uri']);
    if (requestUri === undefined) {
      const description = 'the reply to a pushed authorization request holds no `request_uri`';
      throw new TokenEndpointError({
        code: 'invalid_response',
        endpoint: PUSHED.endpoint,
        status,
        description,
      });
    }
    const short = new URL(endpoint.url);
    short.searchParams.set('client_id', clientId);
    short.searchParams.set('request_uri', requestUri);
    return short;
  };
}
