import { createHash, X509Certificate } from 'node:crypto';
import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';

/** A person who can sign in. */
export interface TestAccount {
  /** The `oid` of their tokens. */
  id: string;
  /** What they sign in with; the `preferred_username` of their tokens. */
  username: string;
  /** The `name` of their tokens. */
  name: string;
}

/** A registered application. */
export interface TestClient {
  /** The application id. */
  clientId: string;
  /** With a secret it is a confidential client, which must prove itself; without secret and certificate it is public. */
  clientSecret?: string | undefined;
  /**
   * PEM of an RSA certificate: a confidential client, which signs assertions with its key.
   * @see https://www.rfc-editor.org/rfc/rfc7523#section-2.2
   */
  certificate?: string | undefined;
}

/** An application that has a secret. */
export interface ConfidentialClient extends TestClient {
  /** What it proves itself with. */
  clientSecret: string;
}

/** Who and what is registered in a tenant. */
export interface Directory {
  readonly tenantId: string;
  readonly accounts: readonly TestAccount[];
  readonly clients: readonly TestClient[];
  /** One more application. */
  register(client: TestClient): void;
  client(clientId: string | null | undefined): TestClient | undefined;
  /** The account with this username, in upper or lower case; without a username the first account. */
  account(username?: string): TestAccount | undefined;
}

/** Who and what exists at the server. */
export interface DirectoryOptions {
  /** Default: an id that is the same in every run. */
  tenantId?: string | undefined;
  /** Usernames, or whole accounts. Default: ada@contoso.example and grace@contoso.example. */
  accounts?: readonly (string | TestAccount)[] | undefined;
  /** Default: a public client, and one that has a secret. */
  clients?: readonly TestClient[] | undefined;
}

const OWNER = 'createAuthorizationServer()';
const ACCOUNT = Object.keys({ id: true, username: true, name: true } satisfies Record<
  keyof TestAccount,
  true
>);
const CLIENT = Object.keys({ clientId: true, clientSecret: true, certificate: true } satisfies Record<
  keyof TestClient,
  true
>);

const DEFAULT_ACCOUNTS = ['ada@contoso.example', 'grace@contoso.example'];
const TENANT_ID = '7d5a0e3c-2f6b-4d1e-9c43-5be7a2b1c001';
const PUBLIC_CLIENT: TestClient = { clientId: '3f1c2b7a-6d94-4e0f-8a55-90c1d2e3f401' };
const DAEMON: ConfidentialClient = {
  clientId: '5b8e4a90-1c27-4f6d-b3e8-61f0a9d7c502',
  clientSecret: 'daemon-secret-of-the-simulator',
};

/** @throws {ConfigurationError} naming a member of an account or a client that is unknown or wrong */
export function createDirectory(options: DirectoryOptions = {}): Directory {
  const { accounts: named = DEFAULT_ACCOUNTS, clients: registered = [PUBLIC_CLIENT, DAEMON] } = options;
  const clients = [...registered];
  const accounts = named.map((account) => (typeof account === 'string' ? accountNamed(account) : account));
  for (const account of accounts) refuseUnknownOptions(account, ACCOUNT, OWNER, 'accounts[].');
  for (const client of clients) checkClient(client);
  return {
    tenantId: options.tenantId ?? TENANT_ID,
    accounts,
    clients,
    register: (client) => void clients.push(client),
    client: (clientId) => clients.find((client) => client.clientId === clientId),
    account: (username) =>
      username === undefined
        ? accounts[0]
        : accounts.find((account) => account.username.toLowerCase() === username.toLowerCase()),
  };
}

/** Whether nothing proves that a client is who it says. */
export function isPublic({ clientSecret, certificate }: TestClient): boolean {
  return clientSecret === undefined && certificate === undefined;
}

function checkClient(client: TestClient): void {
  refuseUnknownOptions(client, CLIENT, OWNER, 'clients[].');
  if (client.certificate === undefined) return;
  try {
    if (new X509Certificate(client.certificate).publicKey.asymmetricKeyType === 'rsa') return;
  } catch {}
  throw new ConfigurationError({
    option: 'clients[].certificate',
    message: '`clients[].certificate` must be the PEM text of an RSA certificate.',
  });
}

function accountNamed(username: string): TestAccount {
  const hex = createHash('sha256').update(username.toLowerCase()).digest('hex');
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  const first = username.split('@')[0] ?? username;
  return { id, username, name: first.charAt(0).toUpperCase() + first.slice(1) };
}
