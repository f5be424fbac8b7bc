import { ConfigurationError } from '@everbearer/core';
import { type ConfidentialClient, isPublic, type TestClient } from './directory.ts';
import { metadataOf } from './endpoints.ts';
import type { Realm } from './realm.ts';
import { selfSignedCertificate, type TestCertificate } from './self-signed-certificate.ts';

/** Which client a program is: on behalf of a person, or an application that proves itself with a secret or a certificate. */
export type TestClientKind = 'person' | 'secret' | 'certificate';

/** Options of `microsoft()` that lead to a test server. `scopes` are to be added. */
export interface MicrosoftTestOptions {
  /** On behalf of a person. */
  person: MicrosoftTestPlace;
  /** An application with a secret. */
  secret: MicrosoftTestPlace & { grant: 'client_credentials'; clientSecret: string };
  /** An application with a certificate: certificate and key as one PEM text. */
  certificate: MicrosoftTestPlace & { grant: 'client_credentials'; clientCertificate: { pem: string } };
}

/** Where the test server is, and which client a program is there. */
export interface MicrosoftTestPlace {
  /** The one tenant. */
  tenantId: string;
  /** The client of that kind. */
  clientId: string;
  /** Addresses of the test server, in place of Entra's. */
  endpoints: { token: string; deviceCode: string; authorize: string };
}

/** Options of `oauth2()` that lead to a test server. `scopes` are to be added. */
export interface OAuth2TestOptions {
  /** On behalf of a person. */
  person: { issuer: string; clientId: string };
  /** An application with a secret. */
  secret: {
    issuer: string;
    clientId: string;
    grant: 'client_credentials';
    clientAuthentication: { method: 'client_secret_basic'; clientSecret: string };
  };
  /** An application that signs assertions with the key of a certificate. */
  certificate: {
    issuer: string;
    clientId: string;
    grant: 'client_credentials';
    clientAuthentication: { method: 'private_key_jwt'; key: CryptoKey; kid: string };
  };
}

const CERTIFIED_ID = '8c2d5f31-4a7b-4b09-9d16-72e1b8c3d603';
const GRANT = { grant: 'client_credentials' } as const;

/** What points the providers of Everbearer at this server. */
export function providerOptions(realm: Realm) {
  const certified = certifiedClient(realm);
  const microsoft = microsoftMakers(realm, certified);
  const oauth2 = oauth2Makers(realm, certified);
  return {
    microsoftOptions: <Kind extends TestClientKind = 'person'>(as?: Kind): MicrosoftTestOptions[Kind] =>
      makerOf(microsoft, as)(),
    oauth2Options: <Kind extends TestClientKind = 'person'>(as?: Kind): OAuth2TestOptions[Kind] =>
      makerOf(oauth2, as)(),
  };
}

type Certified = () => TestCertificate & { clientId: string };

/** The client with a certificate: made when it is first asked for, since a key takes its time. */
function certifiedClient({ directory }: Realm): Certified {
  let made: ReturnType<Certified> | undefined;
  return () => {
    if (made) return made;
    made = { ...selfSignedCertificate('everbearer-test-client'), clientId: CERTIFIED_ID };
    directory.register({ clientId: CERTIFIED_ID, certificate: made.certificate });
    return made;
  };
}

function microsoftMakers(realm: Realm, certified: Certified): Makers<MicrosoftTestOptions> {
  const { clients, tenantId } = realm.directory;
  function place(clientId: string): MicrosoftTestPlace {
    const { token_endpoint, device_authorization_endpoint, authorization_endpoint } = metadataOf(realm);
    const endpoints = {
      token: token_endpoint,
      deviceCode: device_authorization_endpoint,
      authorize: authorization_endpoint,
    };
    return { tenantId, clientId, endpoints };
  }
  return {
    person: () => place(publicClient(clients)),
    secret() {
      const { clientId, clientSecret } = secretClient(clients);
      return { ...place(clientId), clientSecret, ...GRANT };
    },
    certificate() {
      const { clientId, pem } = certified();
      return { ...place(clientId), clientCertificate: { pem }, ...GRANT };
    },
  };
}

function oauth2Makers(realm: Realm, certified: Certified): Makers<OAuth2TestOptions> {
  const { clients } = realm.directory;
  const issuer = () => metadataOf(realm).issuer;
  return {
    person: () => ({ issuer: issuer(), clientId: publicClient(clients) }),
    secret() {
      const { clientId, clientSecret } = secretClient(clients);
      const clientAuthentication = { method: 'client_secret_basic', clientSecret } as const;
      return { issuer: issuer(), clientId, clientAuthentication, ...GRANT };
    },
    certificate() {
      const { clientId, privateKey, thumbprint: kid } = certified();
      const key = privateKey.toCryptoKey({ name: 'RSA-PSS', hash: 'SHA-256' }, false, ['sign']) as CryptoKey;
      const clientAuthentication = { method: 'private_key_jwt', key, kid } as const;
      return { issuer: issuer(), clientId, clientAuthentication, ...GRANT };
    },
  };
}

/** Makes the options of each kind. */
type Makers<Options extends Record<TestClientKind, unknown>> = {
  [Kind in TestClientKind]: () => Options[Kind];
};

function makerOf<Options extends Record<TestClientKind, unknown>, Kind extends TestClientKind>(
  makers: Makers<Options>,
  as: Kind | undefined,
): () => Options[Kind] {
  const kind = as ?? ('person' as Kind);
  if (Object.hasOwn(makers, kind)) return makers[kind];
  throw new ConfigurationError({ option: 'as', message: '`as` must be person, secret or certificate.' });
}

function publicClient(clients: readonly TestClient[]): string {
  const client = clients.find(isPublic);
  if (client) return client.clientId;
  throw new Error('This server has no public client. Add one without a secret to `clients`.');
}

function secretClient(clients: readonly TestClient[]): ConfidentialClient {
  for (const { clientId, clientSecret } of clients) {
    if (clientSecret !== undefined) return { clientId, clientSecret };
  }
  throw new Error('This server has no client with a secret. Add one to `clients`.');
}
