/** What the authorization server counted. Everything here was seen on the wire, nothing is the client's word. */
export interface AuthorizationServerCounts {
  /** POSTs that reached the token endpoint, device code polls and scripted failures included. */
  tokenRequests: number;
  /** The same by grant: `device_code`, `authorization_code`, `refresh_token`, `client_credentials`, `other`. */
  byGrant: Record<string, number>;
  /** Refresh token grants that issued tokens, whether or not the reply then reached anybody. */
  refreshes: number;
  /** Device codes handed out. */
  deviceCodes: number;
  /** Token requests that presented a refresh token which had been redeemed before, outside every grace. */
  reuses: number;
  /** Replays of a redeemed refresh token that the grace forgave. */
  graced: number;
  /** Token requests answered with an OAuth error; `authorization_pending` and `slow_down` do not count, scripts do. */
  refused: number;
  /** Token requests that a script spoiled. */
  troubled: number;
  /** Sign-ins: token families started. */
  families: number;
  /** Families revoked, for whatever reason. */
  familiesRevoked: number;
  /** Requests that reached the revocation endpoint. */
  revocations: number;
  /** The most token requests in hand at one moment. */
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
