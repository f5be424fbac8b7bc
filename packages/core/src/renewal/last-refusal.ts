import { EndpointFailure } from '../errors/endpoint-failure.ts';
import type { CredentialRecord } from '../record/credential-record.ts';

/** Why a record waits for a person, in the server's own words; undefined where it keeps none. */
export function lastRefusal(record: CredentialRecord | undefined): EndpointFailure | undefined {
  const { state, lastFailure } = record ?? {};
  if (state !== 'reauthorization_required' || !lastFailure) return undefined;
  const { code, status, description } = lastFailure;
  return new EndpointFailure({ code, status, description });
}
