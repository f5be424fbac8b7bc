import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import { TokenEndpointError } from '@everbearer/core';
import { sendForm } from '../wire/send-form.ts';
import type { TokenReply } from '../wire/token-reply.ts';

export interface MsalNetworkOptions {
  fetch: typeof fetch;
  /** The one address that is ever contacted. */
  tokenEndpoint: string;
  signal: AbortSignal;
}

/** What msal-node's one request came to; it is judged by us, not by msal-node. */
export type MsalOutcome = { reply: TokenReply } | { error: TokenEndpointError };

/** A network client for one call of msal-node, which keeps the raw reply. */
export interface MsalNetworkClient extends INetworkModule {
  /** Undefined until the request was made. */
  readonly outcome: MsalOutcome | undefined;
}

/**
 * Sends the request that msal-node composed to the configured token endpoint, whatever address msal-node derived,
 * and sends no second one. msal-node drops the refresh token from its results and takes `{}` for a success, so
 * the reply is kept here, and msal-node gets a copy since it writes into what it is given.
 */
export function msalNetworkClient(options: MsalNetworkOptions): MsalNetworkClient {
  let outcome: MsalOutcome | undefined;
  let asked = false;
  return {
    get outcome() {
      return outcome;
    },
    sendGetRequestAsync: () =>
      Promise.reject(new Error('Nothing is looked up: the endpoints are configured.')),
    async sendPostRequestAsync<T>(url: string, request?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
      if (asked) throw new Error('One call makes one request.');
      asked = true;
      outcome = await sendComposed(options, url, request);
      if ('error' in outcome) throw outcome.error;
      const { status, headers, body } = outcome.reply;
      return { status, headers: Object.fromEntries(headers), body: { ...body } as T };
    },
  };
}

async function sendComposed(
  { fetch, tokenEndpoint, signal }: MsalNetworkOptions,
  composedUrl: string,
  { body = '', headers = {} }: NetworkRequestOptions = {},
): Promise<MsalOutcome> {
  const url = new URL(tokenEndpoint);
  for (const [name, value] of new URL(composedUrl).searchParams) url.searchParams.set(name, value);
  const form = { headers: lowerCased(headers), body: new URLSearchParams(body) };
  try {
    return { reply: await sendForm({ fetch, url: url.href, ...form, signal }) };
  } catch (error) {
    const isOurs = error instanceof TokenEndpointError;
    return { error: isOurs ? error : new TokenEndpointError({ code: 'network', cause: error }) };
  }
}

/** So that a header is set once, whoever spells it how. */
function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
