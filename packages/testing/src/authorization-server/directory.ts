import { createHash } from 'node:crypto';

/** A person who can sign in. */
export interface TestAccount {
  /** The `oid` of the tokens. */
  id: string;
  username: string;
  name: string;
}

/** A registered application; with a secret it is a confidential client. */
export interface TestClient {
  clientId: string;
  clientSecret?: string;
}

/** Who exists in a tenant. */
export interface Directory {
  readonly tenantId: string;
  readonly accounts: readonly TestAccount[];
  readonly clients: readonly TestClient[];
  client(clientId: string | null | undefined): TestClient | undefined;
  /** By username, in any case; without one the first account. */
  account(username?: string): TestAccount | undefined;
}

export interface DirectoryOptions {
  tenantId?: string;
  /** Usernames, or whole accounts. Default: Ada and Grace. */
  accounts?: readonly (string | TestAccount)[];
  /** Default: a public client, and a daemon that has a secret. */
  clients?: readonly TestClient[];
}

const TENANT_ID = '7d5a0e3c-2f6b-4d1e-9c43-5be7a2b1c001';
const PUBLIC_CLIENT: TestClient = { clientId: '3f1c2b7a-6d94-4e0f-8a55-90c1d2e3f401' };
const DAEMON: TestClient = {
  clientId: '5b8e4a90-1c27-4f6d-b3e8-61f0a9d7c502',
  clientSecret: 'daemon-secret-of-the-simulator',
};

export function createDirectory(options: DirectoryOptions = {}): Directory {
  const named = options.accounts ?? ['ada@contoso.example', 'grace@contoso.example'];
  const accounts = named.map((account) => (typeof account === 'string' ? accountNamed(account) : account));
  const clients = options.clients ?? [PUBLIC_CLIENT, DAEMON];
  return {
    tenantId: options.tenantId ?? TENANT_ID,
    accounts,
    clients,
    client: (clientId) => clients.find((client) => client.clientId === clientId),
    account: (username) =>
      username === undefined
        ? accounts[0]
        : accounts.find((account) => account.username.toLowerCase() === username.toLowerCase()),
  };
}

function accountNamed(username: string): TestAccount {
  const hex = createHash('sha256').update(username.toLowerCase()).digest('hex');
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  const first = username.split('@')[0] ?? username;
  return { id, username, name: first.charAt(0).toUpperCase() + first.slice(1) };
}
