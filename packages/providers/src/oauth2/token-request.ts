import type { TokenEndpointError } from '@everbearer/core';
import type { TokenSet } from '@everbearer/core/contract';
import { boundTo } from '../dpop/bound-to.ts';
import { createDpopProofs } from '../dpop/dpop-proofs.ts';
import { sendProvedForm } from '../dpop/send-proved-form.ts';
import { fetchOrGlobal, requireEndpoint, requireMembers } from '../options/require-option.ts';
import { oauth2Replies } from '../servers/oauth2-reply.ts';
import { knownServerAt } from '../wire/known-server.ts';
import { readAs } from '../wire/read-reply.ts';
import { refusalOf } from '../wire/refusal-of.ts';
import type { RequestParameters } from '../wire/request-parameters.ts';
import { type BodyFormat, sendForm } from '../wire/send-form.ts';
import { type TokenReply, textOf } from '../wire/token-reply.ts';

import { tokensOf } from '../wire/tokens-of.ts';
import { type ClientAuthentication, clientAuth } from './client-authentication.ts';
import { compose, type RequestLimits } from './oauth2-request.ts';
import { requireHeaders } from './request-options.ts';
import type { TokenReading } from './token-reading.ts';
import { readingFault, requireReply, requireSignal, requireWhole } from './token-request-checks.ts';

/** One request of a provider of your own to its server. */
export interface TokenRequest extends RequestLimits {
  /** The endpoint: an https address, or http on loopback. */
  url: string;
  /** Everything that is to be sent but the proof of the client, `grant_type` included. */
  parameters: RequestParameters;
  /** The id of the client. Default: none is sent. */
  clientId?: string | undefined;
  /** How the client proves who it is. Default `none`. */
  clientAuthentication?: ClientAuthentication | undefined;
  /** How the body is written. Default `form`. */
  bodyFormat?: BodyFormat | undefined;
  /** Headers of your own. Default: none. */
  headers?: Readonly<Record<string, string>> | undefined;
  /**
   * The key that the tokens shall be bound to, or are: the request proves that you have it. Take the one of the
   * {@link RefreshCredential}, else `newDpopKey()`, and pass the same to `readTokens()`. A secret. Default: none.
   * @see https://www.rfc-editor.org/rfc/rfc9449#section-5
   */
  dpopKey?: string | undefined;
  /** What sends it. Default: the global `fetch`, kept from repeating the request by itself. */
  fetch?: typeof fetch | undefined;
}

const KNOWN = /* @__PURE__ */ Object.keys({
  url: true,
  parameters: true,
  clientId: true,
  clientAuthentication: true,
  bodyFormat: true,
  headers: true,
  dpopKey: true,
  fetch: true,
  signal: true,
  beforeSend: true,
} satisfies Record<keyof TokenRequest, true>);

/**
 * Sends one request to an endpoint of an authorization server and reads the reply whole, whatever its status: as `oauth2()` does,
 * once, without following a redirect, and with `beforeSend` asked right before. Pass `signal` and `beforeSend` of the
 * {@link ProviderContext} on. Assertions and proofs are dated by the clock of the server, as far as this process has heard it.
 * @throws {TokenEndpointError} `network` or `timeout`; `invalid_response` for a redirect or a reply over 1 MiB
 * @throws {ConfigurationError} naming what of the request cannot be used
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2
 */
export async function sendTokenRequest(request: TokenRequest): Promise<TokenReply> {
  requireMembers('sendTokenRequest()', request, KNOWN, '{ url, parameters, signal }');
  const { clientId = '', bodyFormat: format, dpopKey, signal, beforeSend } = request;
  requireSignal(signal);
  const parameters = requireWhole(request.parameters);
  const url = requireEndpoint(
    'url',
    request.url,
    "Write an absolute https address, for instance 'https://as.example/token'.",
  );
  const headers = requireHeaders(request.headers);
  const authenticate = clientAuth(request.clientAuthentication, 'sendTokenRequest()');
  const known = knownServerAt(url);
  const target = { clientId, issuer: url, aheadMs: known.aheadMs };
  const { body, headers: all } = await compose(parameters, authenticate, target, headers);
  if (clientId === '') body.delete('client_id');
  const secrets = Object.values(headers);
  const fetch = fetchOrGlobal(request.fetch);
  const form = { fetch, url, body, headers: all, format, secrets, signal, beforeSend, known };
  return dpopKey === undefined ? sendForm(form) : sendProvedForm(form, dpopKey, proofs);
}

/** They tell servers apart by themselves. */
const proofs = /* @__PURE__ */ createDpopProofs();

/**
 * The tokens of a reply, for `refresh` or `acquire` to return. A refresh token that comes with a refusal is among them, with
 * `refusal` beside it.
 * @throws {TokenEndpointError} what the server refused, in the words of the RFCs, with its own in the description
 * @throws {ConfigurationError} naming what cannot be used, unless a refresh token came: that is returned
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5
 */
export function readTokens(reply: TokenReply, reading: TokenReading = {}): TokenSet {
  requireReply(reply);
  const fault = readingFault(reading);
  // A refresh token that came is not thrown away for a word that was misspelt.
  if (fault && textOf(reply.body?.['refresh_token']) === undefined) throw fault;
  const { scopes, refreshToken, keep, dpopKey, readReply, refusal } = fault ? {} : reading;
  const asked = { scopes: scopes ?? [], refreshToken, keep };
  return boundTo(dpopKey, tokensOf(readAs(readReply, reply), oauth2Replies(refusal), asked), true);
}

/**
 * What a reply without tokens means, for instance that of a revocation endpoint.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export function readRefusal(
  reply: TokenReply,
  { refusal }: Pick<TokenReading, 'refusal'> = {},
): TokenEndpointError {
  requireReply(reply);
  return refusalOf(reply, oauth2Replies(refusal));
}
