import { TokenEndpointError } from '@everbearer/core';
import type { ProviderContext } from '@everbearer/core/contract';
import { boundedBody } from '../wire/bounded-body.ts';
import { jsonObjectIn } from '../wire/json-object.ts';
import { networkFailure } from '../wire/network-failure.ts';
import { retryAfterMs } from '../wire/retry-after.ts';
import type { TokenReply } from '../wire/token-reply.ts';
import { arcKey } from './arc-key.ts';
import type { ManagedIdentityAsk, ManagedIdentitySource } from './managed-identity-source.ts';

/** What a request to the endpoint of a managed identity needs. */
export interface ManagedIdentityRequest {
  fetch: typeof fetch;
  source: ManagedIdentitySource;
  ask: ManagedIdentityAsk;
  /** Where the agent of Azure Arc writes its keys. */
  keyFolder: string;
}

/**
 * Asks for a token; at Azure Arc twice, the second time with the key that the first reply names.
 * @throws {TokenEndpointError} `timeout`, `network`, or `invalid_response` for a reply that is not an answer
 */
export async function managedIdentityReply(
  { fetch, source, ask, keyFolder }: ManagedIdentityRequest,
  context: Pick<ProviderContext, 'signal' | 'beforeSend'>,
): Promise<TokenReply> {
  const { kind, headers } = source;
  const secrets = [headers['x-identity-header'], headers['secret']];
  const first = await exchange({ fetch, ask, headers }, context, secrets);
  if (kind !== 'arc' || first.status !== 401) return first;
  const key = await arcKey(first.headers.get('www-authenticate'), keyFolder);
  const authorization = `Basic ${key}`;
  return await exchange({ fetch, ask, headers: { ...headers, authorization } }, context, [key]);
}

interface Exchange {
  fetch: typeof fetch;
  ask: ManagedIdentityAsk;
  headers: Readonly<Record<string, string>>;
}

async function exchange(
  { fetch, ask: { url, form }, headers }: Exchange,
  { signal, beforeSend }: Pick<ProviderContext, 'signal' | 'beforeSend'>,
  known: readonly (string | undefined)[],
): Promise<TokenReply> {
  if (signal.aborted) throw new TokenEndpointError({ code: 'timeout', sent: false });
  let response: Response;
  let text: string | undefined;
  try {
    beforeSend?.();
    response = await fetch(url, {
      ...(form && { method: 'POST', body: form }),
      headers: { accept: 'application/json', ...headers },
      redirect: 'manual',
      cache: 'no-store',
      signal,
    });
    text = await boundedBody(response);
  } catch (error) {
    throw error instanceof TokenEndpointError ? error : nobodyThere(error, url, signal);
  }
  const receivedAt = Date.now();
  const body = text === undefined ? undefined : jsonObjectIn(text);
  const tokens = [body?.['access_token'], ...known];
  return {
    status: response.status,
    headers: response.headers,
    content: body ?? text ?? '',
    body,
    receivedAt,
    retryAfterMs: retryAfterMs(response.headers, receivedAt),
    secrets: tokens.filter((each): each is string => typeof each === 'string' && each !== ''),
  };
}

/** Mostly a program that does not run in Azure. */
function nobodyThere(error: unknown, url: string, signal: AbortSignal): TokenEndpointError {
  const { code, sent, cause } = networkFailure(error, signal);
  const description = `the managed identity endpoint at ${new URL(url).host} does not answer; it is there in Azure alone, and not through a proxy`;
  return new TokenEndpointError({ code, sent, cause, description });
}
