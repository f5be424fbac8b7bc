import { ConfigurationError } from '../errors/configuration-error.ts';
import { EndpointFailure, SAID, type SaidByServer } from '../errors/endpoint-failure.ts';
import type { CredentialRecord } from '../record/credential-record.ts';
import type { EndpointFault } from './refusal-table.ts';

/**
 * What a provider threw, as an error of ours that quotes no token of this record. An error that the provider did not
 * classify is taken for a lost reply, which is the careful assumption.
 */
export function endpointFault(error: unknown, record: CredentialRecord): EndpointFault {
  if (error instanceof EndpointFailure || error instanceof ConfigurationError)
    return withoutTokens(error, record);
  return new EndpointFailure({
    code: 'network',
    description: `the provider threw ${nameOf(error)}`,
    cause: error,
  });
}

/** What it calls itself, without what it says: that may quote a token. */
function nameOf(error: unknown): string {
  const { name, code, cause } = (error ?? {}) as Partial<Record<'name' | 'code' | 'cause', unknown>>;
  const inner = (cause as { code?: unknown } | undefined)?.code;
  const words = [name, code ?? inner].filter((each) => typeof each === 'string' && /^\w{1,40}$/.test(each));
  return words.join(', ') || 'what is no error';
}

/** A provider that quotes what the server said may quote the tokens that were presented. */
function withoutTokens(error: EndpointFault, { grant, accessTokens }: CredentialRecord): EndpointFault {
  const secrets = [grant.refreshToken, ...Object.values(accessTokens).map(({ token }) => token)];
  if (!secrets.some((secret) => secret && error.message.includes(secret))) return error;
  if (error instanceof EndpointFailure) {
    const { [SAID]: said } = error as SaidByServer;
    return said?.without(secrets) ?? new EndpointFailure({ code: 'invalid_response' });
  }
  return new ConfigurationError({
    option: error.option,
    message: 'The provider is set up wrongly; its message quoted a token. Check its options.',
  });
}
