import { AuthError, TokenEndpointError } from '@everbearer/core';
import { type EntraError, entraErrors } from '../servers/entra-errors.ts';
import { ENTRA_REPLIES } from '../servers/entra-reply.ts';
import { codeOf, networkFailure } from '../wire/network-failure.ts';
import { refusalOf } from '../wire/refusal-of.ts';

/** What `@azure/identity` puts into its errors, as far as it is used here. */
interface CredentialError {
  name?: string;
  message?: string;
  statusCode?: number;
  errorResponse?: { error?: string; errorDescription?: string; errorCodes?: number[] };
}

/** Nothing was asked: the credential is not set up in this place. */
const UNAVAILABLE: ReadonlySet<unknown> = new Set([
  'CredentialUnavailableError',
  'AggregateAuthenticationError',
]);

/** What a credential of the Azure SDK threw, as the refusal that it stands for; errors of ours stay as they are. `hasGiven`: it gave a token before. */
export function credentialFailure(error: unknown, signal: AbortSignal, hasGiven: boolean): AuthError {
  if (error instanceof AuthError) return error;
  if (signal.aborted) return new TokenEndpointError({ code: 'timeout' });
  const { name, message = '', statusCode, errorResponse } = (error ?? {}) as CredentialError;
  const said = errorResponse?.errorDescription ?? message;
  const number = errorResponse?.errorCodes?.[0] ?? Number(/AADSTS(\d+)/.exec(said)?.[1]);
  if (Number.isSafeInteger(number)) return refusal(number, said, errorResponse?.error, statusCode);
  if (UNAVAILABLE.has(name)) {
    const description = `the credential cannot be used here: ${said}`;
    return new TokenEndpointError({ code: 'invalid_client', sent: false, description, cause: error });
  }
  // It has no address that could be named: the credential alone knows whom it asks.
  if (!errorResponse && statusCode === undefined && codeOf(error) !== undefined)
    return networkFailure(error, signal, { url: '', hasAnswered: hasGiven });
  const code = errorResponse?.error ?? (statusCode === undefined ? 'network' : 'server_error');
  const description = errorResponse ? said : 'the credential failed to give a token';
  return new TokenEndpointError({ code, status: statusCode, description, cause: error });
}

/** A credential that has nothing to give. */
export function noToken(): TokenEndpointError {
  return new TokenEndpointError({
    code: 'invalid_response',
    sent: false,
    description: 'the credential gave no token',
  });
}

/** In the words of Entra, as if the reply had come here. */
function refusal(number: number, said: string, error: string | undefined, statusCode: number | undefined) {
  const body = {
    error: error ?? codeFor(entraErrors.get(number), said),
    error_codes: [number],
    error_description: said.slice(Math.max(said.indexOf('AADSTS'), 0)),
  };
  const reply = { headers: new Headers(), receivedAt: 0, retryAfterMs: undefined, secrets: [] };
  return refusalOf({ ...reply, status: statusCode ?? 400, body, content: body }, ENTRA_REPLIES);
}

/** MSAL begins its messages with the code: `invalid_client: 7000215 - …`. */
function codeFor(known: EntraError | undefined, said: string): string {
  const code = /^([a-z_]{1,40}): /.exec(said)?.[1];
  if (code !== undefined) return code;
  if (known?.kind === 'later') return 'temporarily_unavailable';
  return known === undefined || known.kind === 'configuration' ? 'invalid_client' : 'interaction_required';
}
