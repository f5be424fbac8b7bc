/** What a client proves itself to, and by which clock. */
export interface AuthenticationTarget {
  clientId: string;
  /** How the server calls itself. */
  issuer: string;
  /** How many milliseconds the server's clock is ahead. */
  aheadMs: number;
}

/** Puts the proof into a request: into its form, or its headers. */
export type Authenticate = (
  target: AuthenticationTarget,
  form: URLSearchParams,
  headers: Record<string, string>,
) => void | Promise<void>;
