import { TokenEndpointError } from '@everbearer/core';
import {
  type AuthorizationServer,
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  JSON_ATTRIBUTE_COMPARISON,
  OperationProcessingError,
  processDiscoveryResponse,
} from 'oauth4webapi';
import { endpointFault } from '../options/endpoint-fault.ts';
import { boundedBody } from '../wire/bounded-body.ts';
import { networkFailure } from '../wire/network-failure.ts';
import type { OAuth2Settings } from './oauth2-options.ts';

/** What is known about an authorization server; looked up when it is first needed. */
export type ServerMetadata = (signal: AbortSignal) => Promise<AuthorizationServer>;

/**
 * The server's metadata: endpoints from the options first, the rest from the issuer's own document. Each provider reads
 * that once; if the look-up fails, it is repeated at the next request.
 *
 * The look-up throws a TokenEndpointError with `sent: false`: the token request itself was not made.
 */
export function serverMetadata({ issuer, endpoints, fetch }: OAuth2Settings): ServerMetadata {
  if (issuer === undefined) {
    // Client assertions name the server by its issuer; without one, its token endpoint is the name (RFC 7523 section 3).
    const server = { issuer: endpoints.token_endpoint as string, ...endpoints };
    return () => Promise.resolve(server);
  }
  let found: AuthorizationServer | undefined;
  return async (signal) => {
    found ??= { ...(await discover(issuer, fetch, signal)), ...endpoints };
    return found;
  };
}

/**
 * OpenID Connect's document first, then that of OAuth.
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html
 * @see https://www.rfc-editor.org/rfc/rfc8414
 */
async function discover(issuer: string, fetch: OAuth2Settings['fetch'], signal: AbortSignal) {
  for (const algorithm of ['oidc', 'oauth2'] as const) {
    const { status, text } = await lookUp(issuer, algorithm, fetch, signal);
    if (status === 404) continue;
    if (status !== 200)
      throw unusable(`the metadata document of the issuer was answered with status ${status}`);
    return withFitEndpoints(await judged(issuer, text), issuer);
  }
  throw unusable('no metadata document was found at the issuer');
}

async function lookUp(
  issuer: string,
  algorithm: 'oidc' | 'oauth2',
  fetch: OAuth2Settings['fetch'],
  signal: AbortSignal,
) {
  try {
    const url = new URL(issuer);
    const response = await discoveryRequest(url, {
      algorithm,
      signal,
      [customFetch]: (target, { method, headers, redirect }) =>
        fetch(target, { method, headers, redirect, signal }),
      [allowInsecureRequests]: url.protocol === 'http:',
    });
    const text = await boundedBody(response);
    if (text === undefined) throw unusable('the metadata document of the issuer is longer than 64 KiB');
    return { status: response.status, text };
  } catch (error) {
    if (error instanceof TokenEndpointError) throw error;
    const { code } = networkFailure(error, signal);
    const description = 'the metadata of the issuer could not be read';
    throw new TokenEndpointError({ code, sent: false, description, cause: error });
  }
}

async function judged(issuer: string, text: string): Promise<AuthorizationServer> {
  try {
    const document = new Response(text, { headers: { 'content-type': 'application/json' } });
    return await processDiscoveryResponse(new URL(issuer), document);
  } catch (error) {
    const isMismatch = error instanceof OperationProcessingError && error.code === JSON_ATTRIBUTE_COMPARISON;
    throw unusable(
      isMismatch
        ? 'the metadata document names another issuer; set `issuer` to exactly what the document says'
        : 'the metadata document of the issuer is invalid',
    );
  }
}

/** Leaves out endpoints that may not receive secrets: behind an issuer on https, loopback in the clear is one of them. */
function withFitEndpoints(server: AuthorizationServer, issuer: string): AuthorizationServer {
  const { protocol } = new URL(issuer);
  const isFit = (value: unknown) =>
    typeof value === 'string' &&
    endpointFault(value) === undefined &&
    (protocol === 'http:' || new URL(value).protocol === protocol);
  const unfit = Object.entries(server).filter(([name, value]) => name.endsWith('_endpoint') && !isFit(value));
  return unfit.length === 0
    ? server
    : { ...server, ...Object.fromEntries(unfit.map(([name]) => [name, undefined])) };
}

function unusable(description: string): TokenEndpointError {
  return new TokenEndpointError({ code: 'invalid_response', sent: false, description });
}
