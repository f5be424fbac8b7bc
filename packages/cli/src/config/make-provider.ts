import type { TokenProvider } from '@everbearer/core/contract';
import type { MicrosoftDescription, OAuth2Description, ProviderDescription } from './everbearer-config.ts';
import { type Surroundings, textElsewhere } from './text-elsewhere.ts';

/** The provider that a description means. What makes it is loaded now, and nothing of the other kind. */
export function makeProvider(description: ProviderDescription, around: Surroundings): Promise<TokenProvider> {
  return description.kind === 'microsoft' ? entra(description, around) : anyServer(description, around);
}

async function entra(description: MicrosoftDescription, around: Surroundings): Promise<TokenProvider> {
  const { microsoft } = await import('@everbearer/providers/microsoft');
  const { kind: _, clientSecret, grant, ...options } = description;
  const secret = clientSecret && {
    clientSecret: textElsewhere(clientSecret, 'provider.clientSecret', around),
  };
  // The overloads tell the two grants apart; an unknown one is refused by the function itself.
  return microsoft({ ...options, ...secret, grant: grant as 'refresh_token' });
}

async function anyServer(description: OAuth2Description, around: Surroundings): Promise<TokenProvider> {
  const { oauth2, profiles } = await import('@everbearer/providers/oauth2');
  const { kind: _, clientSecret, clientSecretMethod: method, profile, grant, ...options } = description;
  const authentication = clientSecret && {
    clientAuthentication: {
      method: method ?? 'client_secret_basic',
      clientSecret: textElsewhere(clientSecret, 'provider.clientSecret', around),
    },
  };
  const known = profile && { profile: profiles[profile] };
  return oauth2({ ...options, ...authentication, ...known, grant: grant as 'refresh_token' });
}
