import type {
  MicrosoftDescription,
  OAuth2Description,
  ProviderDescription,
  ValueElsewhere,
} from '../config/everbearer-config.ts';
import {
  addressFault,
  optionalAddressFault,
  pathFault,
  variableFault,
  wordFault,
  wordsOf,
} from './answer-faults.ts';
import type { Asker } from './asker.ts';
import type { InitFlags } from './init-flags.ts';

/** How tokens are obtained. */
export async function askProvider(told: InitFlags, ask: Asker): Promise<ProviderDescription> {
  const server = await askServer(told, ask);
  const clientId = await ask.text({
    flag: '--client-id',
    message: 'Client id, as the server issued it',
    told: told.clientId,
    fault: wordFault,
  });
  const grant = await askGrant(told, ask);
  const scopes = await askScopes(told, ask, server, grant);
  const clientSecret = await askSecret(told, ask, grant);
  const client = {
    clientId,
    scopes,
    ...(grant !== 'refresh_token' && { grant }),
    ...(clientSecret && { clientSecret }),
  };
  return { ...server, ...client } as ProviderDescription;
}

type Server =
  | Pick<MicrosoftDescription, 'kind' | 'tenantId'>
  | Pick<
      OAuth2Description,
      'kind' | 'issuer' | 'tokenEndpoint' | 'deviceAuthorizationEndpoint' | 'authorizationEndpoint'
    >;

async function askServer(told: InitFlags, ask: Asker): Promise<Server> {
  const kind = await ask.choose({
    flag: '--provider',
    message: 'Who issues the tokens?',
    told: kindOf(told),
    initial: 'microsoft',
    options: [
      { value: 'microsoft', label: 'Microsoft Entra ID' },
      { value: 'oauth2', label: 'Another server, by its issuer' },
      { value: 'endpoints', label: 'Another server, by its endpoints' },
    ],
  });
  if (kind === 'endpoints') return { kind: 'oauth2', ...(await askEndpoints(told, ask)) };
  if (kind === 'oauth2') {
    const issuer = await ask.text({
      flag: '--issuer',
      message: 'Its issuer',
      told: told.issuer,
      example: 'https://login.example.com',
      fault: addressFault,
    });
    return { kind: 'oauth2', issuer };
  }
  const tenantId = await ask.text({
    flag: '--tenant',
    message: 'Tenant: its id or domain, or common',
    told: told.tenant,
    initial: 'common',
    fault: wordFault,
  });
  return { kind: 'microsoft', tenantId };
}

/** What other flags say about it. */
function kindOf({ provider, tenant, issuer, ...told }: InitFlags): string | undefined {
  const endpoint = told.tokenEndpoint ?? told.deviceEndpoint ?? told.authorizationEndpoint;
  if (endpoint !== undefined) return 'endpoints';
  if (provider !== undefined) return provider;
  if (issuer !== undefined) return 'oauth2';
  return tenant === undefined ? undefined : 'microsoft';
}

async function askEndpoints(told: InitFlags, ask: Asker) {
  const tokenEndpoint = await ask.text({
    flag: '--token-endpoint',
    message: 'Its token endpoint',
    told: told.tokenEndpoint,
    example: 'https://login.example.com/token',
    fault: addressFault,
  });
  const more = (flag: string, message: string, given: string | undefined) =>
    ask.text({ flag, message, told: given, initial: '', fault: optionalAddressFault });
  const device = await more('--device-endpoint', 'Its device endpoint, or empty', told.deviceEndpoint);
  const browser = await more(
    '--authorization-endpoint',
    'Its authorization endpoint, or empty',
    told.authorizationEndpoint,
  );
  return {
    tokenEndpoint,
    ...(device && { deviceAuthorizationEndpoint: device }),
    ...(browser && { authorizationEndpoint: browser }),
  };
}

type GrantName = 'refresh_token' | 'client_credentials';

function askGrant(told: InitFlags, ask: Asker): Promise<GrantName> {
  return ask.choose<GrantName>({
    flag: '--grant',
    message: 'Whose data is it about?',
    told: told.grant,
    initial: 'refresh_token',
    options: [
      { value: 'refresh_token', label: "A person's, who signs in" },
      { value: 'client_credentials', label: "The program's own: no sign-in" },
    ],
  });
}

async function askScopes(told: InitFlags, ask: Asker, { kind }: Server, grant: GrantName): Promise<string[]> {
  const initial = kind === 'microsoft' && grant === 'client_credentials' ? GRAPH_DEFAULT : undefined;
  const answer = await ask.text({
    flag: '--scope',
    message: 'Scopes, with spaces between',
    told: told.scope?.join(' '),
    initial,
    example: kind === 'microsoft' ? 'Mail.Read' : 'openid offline_access',
    fault: (words) => (wordsOf(words).length === 0 ? 'At least one scope must stand here.' : undefined),
  });
  return [...new Set(wordsOf(answer))];
}

/** @see https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope */
const GRAPH_DEFAULT = 'https://graph.microsoft.com/.default';

async function askSecret(told: InitFlags, ask: Asker, grant: GrantName): Promise<ValueElsewhere | undefined> {
  const { secretEnv, secretFile } = told;
  const none = { value: 'none', label: 'It has none: a public client' } as const;
  const place = await ask.choose<'none' | 'env' | 'file'>({
    flag: '--secret-env',
    message: 'Where is the client secret?',
    told: secretEnv === undefined ? (secretFile === undefined ? undefined : 'file') : 'env',
    initial: grant === 'refresh_token' ? 'none' : 'env',
    options: [
      ...(grant === 'refresh_token' ? [none] : []),
      { value: 'env', label: 'In an environment variable' },
      { value: 'file', label: 'In a file of its own' },
    ],
  });
  if (place === 'none') return undefined;
  if (place === 'env') {
    const env = await ask.text({
      flag: '--secret-env',
      message: 'Its name (never the secret itself)',
      told: secretEnv,
      initial: 'CLIENT_SECRET',
      fault: variableFault,
    });
    return { env };
  }
  const file = await ask.text({
    flag: '--secret-file',
    message: 'Its path (never the secret itself)',
    told: secretFile,
    example: '/run/secrets/client-secret',
    fault: pathFault,
  });
  return { file };
}
