/** What the authorization server counted. All of it was seen on the wire; nothing depends on what the client says. */
export interface AuthorizationServerCounts {
  /** POSTs that reached the token endpoint, including device code polls and scripted failures. */
  tokenRequests: number;
  /** The same by grant: `device_code`, `authorization_code`, `refresh_token`, `client_credentials`, `other`. */
  byGrant: Record<string, number>;
  /** Refresh token grants that issued tokens, whether or not the reply arrived. */
  refreshes: number;
  /** Device codes handed out. */
  deviceCodes: number;
  /** Token requests with a refresh token that had been redeemed before and was outside the grace. */
  reuses: number;
  /** Token requests with a refresh token that had been redeemed before and was within the grace. */
  graced: number;
  /** Token requests answered with an OAuth error, also a scripted one; not `authorization_pending` and `slow_down`. */
  refused: number;
  /** Token requests that a script spoiled. */
  troubled: number;
  /** Sign-ins: token families started. */
  families: number;
  /** Token families revoked, for any reason. */
  familiesRevoked: number;
  /** Requests that reached the revocation endpoint. */
  revocations: number;
  /** The largest number of token requests that were open at the same time. */
  concurrentMax: number;
}

export function createAuthorizationServerCounts(): AuthorizationServerCounts {
  return {
    tokenRequests: 0,
    byGrant: {},
    refreshes: 0,
    deviceCodes: 0,
    reuses: 0,
    graced: 0,
    refused: 0,
    troubled: 0,
    families: 0,
    familiesRevoked: 0,
    revocations: 0,
    concurrentMax: 0,
  };
}
