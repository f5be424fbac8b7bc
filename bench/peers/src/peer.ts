/** What a person who signed in has: where to renew, and the tokens that the server gave. */
export interface Login {
  tokenEndpoint: string;
  issuer: string;
  tenantId: string;
  clientId: string;
  scope: string;
  apiUrl: string;
  tokens: Tokens;
  /** A file that several processes share. It holds the newest tokens, or is not there yet. */
  file?: string;
}

export interface Tokens {
  accessToken: string;
  refreshToken: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** Calls the API with the token of one login. */
export interface PeerClient {
  /** Resolves with the status of the answer, whose body it has read; rejects as the library does. */
  call(path: string): Promise<number>;
  close?(): Promise<void>;
}

/** One way to make such calls, written as its own documentation shows. */
export interface Peer {
  /** As on the page. */
  name: string;
  /** The packages whose versions the page names. */
  packages: readonly string[];
  /** Whether it knows accounts by their ID tokens. The server signs none, so the others are better off without. */
  needsIdToken?: boolean;
  /** Makes what all accounts share; returns what makes the rest for one account, as it is before its first use. */
  maker(login: Login): (account: string) => object;
  open(login: Login): Promise<PeerClient>;
}

/** The request that everybody makes: a GET with a small answer. */
export const CALL_PATH = '/v1.0/me';
