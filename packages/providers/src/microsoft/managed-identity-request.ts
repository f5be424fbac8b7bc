import { TokenEndpointError } from '@everbearer/core';
import type { ProviderContext } from '@everbearer/core/contract';
import { answered } from '../wire/answered.ts';
import { boundedBody } from '../wire/bounded-body.ts';
import { jsonObjectIn } from '../wire/json-object.ts';
import { faultIn, networkFailure } from '../wire/network-failure.ts';
import { retryAfterMs } from '../wire/retry-after.ts';
import type { TokenReply } from '../wire/token-reply.ts';
import { arcKey } from './arc-key.ts';
import {
  type ManagedIdentityAsk,
  type ManagedIdentitySource,
  NO_IDENTITY,
} from './managed-identity-source.ts';

/** What a request to the endpoint of a managed identity needs. */
export interface ManagedIdentityRequest {
  fetch: typeof fetch;
  source: ManagedIdentitySource;
  ask: ManagedIdentityAsk;
  /** Where the agent of Azure Arc writes its keys. */
  keyFolder: string;
  /** A token came from there before. */
  hasWorked: boolean;
}

/**
 * Asks for a token; at Azure Arc twice, the second time with the key that the first reply names.
 * @throws {TokenEndpointError} `timeout`, `network`, or `invalid_response` for a reply that is not an answer
 */
export async function managedIdentityReply(
  { fetch, source, ask, keyFolder, hasWorked }: ManagedIdentityRequest,
  context: Limits,
): Promise<TokenReply> {
  const { kind, headers } = source;
  const secrets = [headers['x-identity-header'], headers['secret']];
  const asked = { fetch, ask, headers, hasWorked };
  const isUnheardOf = kind === 'machine' && !hasWorked;
  const first = isUnheardOf
    ? await unlessSilent(asked, context, (signal) => exchange(asked, { ...context, signal }, secrets))
    : await exchange(asked, context, secrets);
  if (kind !== 'arc' || first.status !== 401) return first;
  const key = await arcKey(first.headers.get('www-authenticate'), keyFolder);
  const authorization = `Basic ${key}`;
  return await exchange({ ...asked, headers: { ...headers, authorization } }, context, [key]);
}

type Limits = Pick<ProviderContext, 'signal' | 'beforeSend'>;

const PATIENCE_MS = 500;
const PROBE_MS = 1_000;

/**
 * Elsewhere than in Azure the link-local address mostly swallows what is sent to it. A token may take its time, so after a moment a
 * second request asks whether there is anybody: IMDS answers one without its header at once.
 * @throws {TokenEndpointError} `network`, not to be tried again, where nothing answers at all
 */
async function unlessSilent(
  { fetch, ask, hasWorked }: Exchange,
  { signal }: Limits,
  request: (signal: AbortSignal) => Promise<TokenReply>,
): Promise<TokenReply> {
  const silent = new AbortController();
  const probe = new AbortController();
  const isThere = async () => {
    const until = AbortSignal.any([signal, probe.signal, AbortSignal.timeout(PROBE_MS)]);
    try {
      const sent = fetch(ask.url, { redirect: 'manual', cache: 'no-store', signal: until });
      const response = await answered(sent);
      response.body?.cancel().catch(() => undefined);
    } catch {
      silent.abort();
    }
  };
  const patience = setTimeout(() => void isThere(), PATIENCE_MS);
  try {
    return await request(AbortSignal.any([signal, silent.signal]));
  } catch (error) {
    if (signal.aborted || !silent.signal.aborted) throw error;
    throw nobodyThere(undefined, ask.url, signal, hasWorked);
  } finally {
    clearTimeout(patience);
    probe.abort();
  }
}

interface Exchange {
  fetch: typeof fetch;
  ask: ManagedIdentityAsk;
  headers: Readonly<Record<string, string>>;
  hasWorked: boolean;
}

async function exchange(
  { fetch, ask: { url, form }, headers, hasWorked }: Exchange,
  { signal, beforeSend }: Limits,
  known: readonly (string | undefined)[],
): Promise<TokenReply> {
  if (signal.aborted) throw new TokenEndpointError({ code: 'timeout', sent: false });
  let response: Response;
  let text: string | undefined;
  try {
    beforeSend?.();
    const sent = fetch(url, {
      ...(form && { method: 'POST', body: form }),
      headers: { accept: 'application/json', ...headers },
      redirect: 'manual',
      cache: 'no-store',
      signal,
    });
    response = await answered(sent);
    text = await boundedBody(response);
  } catch (error) {
    throw error instanceof TokenEndpointError ? error : nobodyThere(error, url, signal, hasWorked);
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

/** Mostly a program that does not run in Azure. Where a token came from before, what is broken may work again. */
function nobodyThere(
  error: unknown,
  url: string,
  signal: AbortSignal,
  hasWorked: boolean,
): TokenEndpointError {
  const { code, sent, cause } = networkFailure(error, signal);
  const { host } = new URL(url);
  const fault = error === undefined ? 'nobody answers' : faultIn(error);
  const description = hasWorked
    ? `the managed identity endpoint does not answer (${fault}, ${host})`
    : `${NO_IDENTITY}: ${fault} at ${host}. A proxy must leave that address alone (NO_PROXY)`;
  const isLasting = !hasWorked && code === 'network';
  const unsent = isLasting ? { sent: false, retryable: false } : { sent };
  return new TokenEndpointError({ code, ...unsent, cause, description });
}
