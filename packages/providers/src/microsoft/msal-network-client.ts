import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import { TokenEndpointError } from '@everbearer/core';
import type { KnownServer } from '../wire/known-server.ts';
import { sendForm } from '../wire/send-form.ts';
import type { TokenReply } from '../wire/token-reply.ts';

/** Where the one request goes. */
export interface MsalNetworkOptions {
  fetch: typeof fetch;
  known: KnownServer;
  /** The only address that is contacted. */
  tokenEndpoint: string;
  /** Sent as `Origin`, where a single-page application asks. */
  origin: string | undefined;
  signal: AbortSignal;
  /** Called right before the request is sent; what it throws keeps it from being sent. */
  beforeSend?: (() => void) | undefined;
}

/** How msal-node's one request ended. We judge it, not msal-node. */
export type MsalOutcome = { reply: TokenReply } | { error: TokenEndpointError };

/** A network client for one call of msal-node, which keeps the raw reply. */
export interface MsalNetworkClient extends INetworkModule {
  /** Undefined until the request has been made. */
  readonly outcome: MsalOutcome | undefined;
}

/**
 * Sends the request that msal-node composed to the configured token endpoint, whatever address msal-node derived, and
 * refuses to send a second one. msal-node drops the refresh token from its results and takes `{}` for a success. So the
 * reply is kept here, and msal-node gets a copy, because it changes what it is given.
 */
export function msalNetworkClient(options: MsalNetworkOptions): MsalNetworkClient {
  let outcome: MsalOutcome | undefined;
  let asked = false;
  return {
    get outcome() {
      return outcome;
    },
    sendGetRequestAsync: () =>
      Promise.reject(new Error('No look-up is needed: the endpoints are configured.')),
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
  { fetch, known, tokenEndpoint, origin, signal, beforeSend }: MsalNetworkOptions,
  composedUrl: string,
  { body = '', headers = {} }: NetworkRequestOptions = {},
): Promise<MsalOutcome> {
  const url = new URL(tokenEndpoint);
  for (const [name, value] of new URL(composedUrl).searchParams) url.searchParams.set(name, value);
  const own = { ...lowerCased(headers), ...(origin !== undefined && { origin }) };
  const form = { headers: own, body: new URLSearchParams(body) };
  try {
    return {
      reply: await sendForm({
        fetch,
        known,
        option: 'authority',
        url: url.href,
        ...form,
        signal,
        beforeSend,
      }),
    };
  } catch (error) {
    const isOurs = error instanceof TokenEndpointError;
    return { error: isOurs ? error : new TokenEndpointError({ code: 'network', cause: error }) };
  }
}

/** Lower-cased, so that no header is set twice in two spellings. */
function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
