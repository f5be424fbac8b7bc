import { ConfigurationError, TokenEndpointError } from '@everbearer/core';
import type { ProviderContext } from '@everbearer/core/contract';
import { type AuthorizationServer, allowInsecureRequests, type Client, customFetch } from 'oauth4webapi';
import { sendProvedForm } from '../dpop/send-proved-form.ts';
import { sendForm } from '../wire/send-form.ts';
import type { TokenReply } from '../wire/token-reply.ts';
import { ENDPOINT_OPTIONS, type EndpointName, type OAuth2Settings } from './oauth2-options.ts';
import type { ServerMetadata } from './server-metadata.ts';

/** What the request functions of oauth4webapi take besides their own parameters. */
export interface RequestOptions {
  signal: AbortSignal;
  [allowInsecureRequests]: boolean;
  [customFetch]: (
    url: string,
    init: { body: URLSearchParams; headers: Record<string, string> },
  ) => Promise<Response>;
}

/** What ends a request, and what must allow it right before it is sent. */
export type RequestLimits = Pick<ProviderContext, 'signal' | 'beforeSend'>;

/** The key whose possession the request proves; none without DPoP. */
export type RequestKey = string | undefined;

/** Sends one request to one endpoint of the server. */
export type OAuth2Request = (
  endpoint: EndpointName,
  limits: RequestLimits,
  send: (server: AuthorizationServer, client: Client, options: RequestOptions) => Promise<unknown>,
  key?: RequestKey,
) => Promise<TokenReply>;

/**
 * Lets oauth4webapi compose requests and authenticate the client, but reads the replies here: oauth4webapi refuses a
 * whole reply for one odd member, and a rotated refresh token would be lost with it.
 */
export function oauth2Requests(settings: OAuth2Settings, metadata: ServerMetadata): OAuth2Request {
  const { clientId, fetch, proofs } = settings;
  return async (endpoint, { signal, beforeSend }, send, key) => {
    const server = await metadata(signal);
    const url = requireKnown(server, endpoint);
    let reply: TokenReply | undefined;
    const options: RequestOptions = {
      signal,
      [allowInsecureRequests]: url.startsWith('http:'),
      async [customFetch](target, { body, headers }) {
        const form = { fetch, url: target, headers, body, signal, beforeSend };
        reply = key && proofs ? await sendProvedForm(form, key, proofs) : await sendForm(form);
        return new Response();
      },
    };
    try {
      await send(server, { client_id: clientId }, options);
    } catch (error) {
      if (error instanceof TokenEndpointError || error instanceof ConfigurationError) throw error;
      const description = 'the request could not be composed, so nothing was sent';
      throw new TokenEndpointError({ code: 'invalid_request', sent: false, description, cause: error });
    }
    if (reply) return reply;
    throw new TokenEndpointError({ code: 'invalid_request', sent: false, description: 'nothing was sent' });
  };
}

/** @throws {ConfigurationError} if neither the options nor the metadata name the endpoint */
export function requireKnown(server: AuthorizationServer, endpoint: EndpointName): string {
  const url = server[endpoint];
  if (url !== undefined) return url;
  const option = ENDPOINT_OPTIONS[endpoint];
  throw new ConfigurationError({
    option,
    message: `\`${option}\` is not known: it is not among the options, and no metadata names one that is fit for secrets, on https. Pass it to oauth2().`,
  });
}
