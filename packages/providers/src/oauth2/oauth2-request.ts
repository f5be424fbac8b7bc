import { AuthError, TokenEndpointError } from '@everbearer/core';
import type { ProviderContext } from '@everbearer/core/contract';
import { sendProvedForm } from '../dpop/send-proved-form.ts';
import type { KnownServer } from '../wire/known-server.ts';
import { readAs } from '../wire/read-reply.ts';
import { formOf, type RequestParameters } from '../wire/request-parameters.ts';
import { sendForm } from '../wire/send-form.ts';
import type { TokenReply } from '../wire/token-reply.ts';
import type { Authenticate, AuthenticationTarget } from './authenticate.ts';
import { ENDPOINT_OPTIONS, type EndpointName } from './oauth2-options.ts';
import type { OAuth2Settings } from './oauth2-settings.ts';
import type { ServerMetadata } from './server-metadata.ts';

/** What ends a request, and what must allow it right before it is sent. */
export type RequestLimits = Pick<ProviderContext, 'signal' | 'beforeSend'>;

/** What is asked of an endpoint, before the client is authenticated. */
export interface EndpointCall {
  parameters: RequestParameters;
  /** Default: as the settings say. */
  authenticate?: Authenticate | undefined;
  /** The key whose possession the request proves; none without DPoP. */
  key?: string | undefined;
}

/** Sends one request to one endpoint of the server. */
export type OAuth2Request = (
  endpoint: EndpointName,
  limits: RequestLimits,
  call: EndpointCall,
) => Promise<TokenReply>;

export function oauth2Requests(
  settings: OAuth2Settings,
  metadata: ServerMetadata,
  known: KnownServer,
): OAuth2Request {
  const { authentication, bodyFormat, clientId, fetch, headers, proofs, readReply } = settings;
  return async (endpoint, { signal, beforeSend }, call) => {
    const { url, issuer } = await metadata(endpoint, signal);
    const authenticate = call.authenticate ?? authentication;
    const target = { clientId, issuer, aheadMs: known.aheadMs };
    const composed = await compose(call.parameters, authenticate, target, headers);
    const isToken = endpoint === 'token_endpoint';
    const format = isToken ? bodyFormat : undefined;
    const secrets = Object.values(headers);
    const option = ENDPOINT_OPTIONS[endpoint];
    const server = { fetch, url, option, known };
    const form = { ...server, ...composed, format, secrets, signal, beforeSend };
    const { key } = call;
    const reply = key && proofs ? await sendProvedForm(form, key, proofs) : await sendForm(form);
    return isToken ? readAs(readReply, reply) : reply;
  };
}

/** @throws {TokenEndpointError} when the client cannot be authenticated; nothing was sent then */
export async function compose(
  parameters: RequestParameters,
  authenticate: Authenticate,
  target: AuthenticationTarget,
  own: Readonly<Record<string, string>>,
): Promise<{ body: URLSearchParams; headers: Record<string, string> }> {
  const body = formOf(parameters);
  const headers = { ...own };
  try {
    await authenticate(target, body, headers);
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    const description = 'the client could not be authenticated, so nothing was sent';
    throw new TokenEndpointError({ code: 'invalid_request', sent: false, description, cause });
  }
  return { body, headers };
}
