/** What an OAuth error reply says, and the number that Entra gives it. */
export interface RefusalDetail {
  /** The `error` of the reply. */
  error: string;
  /** The AADSTS number. */
  code: number;
  /** The description, without the number. */
  text: string;
  /** HTTP status. Default 400. */
  status?: number | undefined;
  /** Entra's `suberror`. */
  suberror?: string | undefined;
  /** A claims challenge: JSON as text. */
  claims?: string | undefined;
  /** The body is empty. */
  wordless?: boolean | undefined;
}

/** Thrown when the authorization server refuses a request; becomes the error reply. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly detail: RefusalDetail;

  constructor(detail: RefusalDetail) {
    super(`${detail.error} (AADSTS${detail.code})`);
    this.detail = detail;
  }
}

/** The refusals that this server knows, by what is wrong. */
export const REFUSALS: Readonly<Record<RefusalName, RefusalDetail>> = {
  malformed: {
    error: 'invalid_request',
    code: 9002313,
    text: 'Invalid request. Request is malformed or invalid.',
  },
  unknownTenant: { error: 'invalid_request', code: 90002, text: 'Tenant not found.' },
  unknownGrant: {
    error: 'unsupported_grant_type',
    code: 70003,
    text: 'The app requested an unsupported grant type.',
  },
  unknownClient: {
    error: 'unauthorized_client',
    code: 700016,
    text: 'Application was not found in the directory.',
  },
  wrongSecret: {
    error: 'invalid_client',
    code: 7000215,
    status: 401,
    text: 'Invalid client secret provided.',
  },
  missingSecret: {
    error: 'invalid_client',
    code: 7000218,
    status: 401,
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  wrongAssertion: {
    error: 'invalid_client',
    code: 700027,
    status: 401,
    text: 'The certificate with identifier used to sign the client assertion is not registered on application.',
  },
  wrongAssertionClaims: {
    error: 'invalid_client',
    code: 700023,
    status: 401,
    text: 'Client assertion contains an invalid subject, issuer or audience.',
  },
  endedAssertion: {
    error: 'invalid_client',
    code: 700024,
    status: 401,
    text: 'Client assertion is not within its valid time range.',
  },
  publicClient: {
    error: 'unauthorized_client',
    code: 700025,
    text: 'Client is public, so it cannot use this grant.',
  },
  unknownGrantToken: { error: 'invalid_grant', code: 70000, text: 'Provided grant is invalid or malformed.' },
  /** As servers say it that keep `invalid_grant` for codes. */
  invalidRefreshToken: { error: 'invalid_request', code: 9002313, text: 'The refresh token is invalid.' },
  /** As Glewlwyd says it. */
  wordless: { error: 'invalid_request', code: 9002313, text: '', wordless: true },
  invalidScope: {
    error: 'invalid_scope',
    code: 70011,
    text: "The provided value for the input parameter 'scope' is not valid.",
  },
  expiredRefreshToken: {
    error: 'invalid_grant',
    code: 700082,
    suberror: 'bad_token',
    text: 'The refresh token has expired due to inactivity.',
  },
  revokedRefreshToken: {
    error: 'invalid_grant',
    code: 50173,
    suberror: 'bad_token',
    text: 'The provided grant has expired due to it being revoked, a fresh auth token is needed.',
  },
  consentRequired: {
    error: 'invalid_grant',
    code: 65001,
    suberror: 'consent_required',
    text: 'The user or administrator has not consented to use the application.',
  },
  spentCode: { error: 'invalid_grant', code: 54005, text: 'OAuth2 Authorization code was already redeemed.' },
  expiredCode: { error: 'invalid_grant', code: 70008, text: 'The provided authorization code has expired.' },
  wrongVerifier: {
    error: 'invalid_grant',
    code: 501481,
    text: 'The Code_Verifier does not match the code_challenge.',
  },
  authorizationPending: {
    error: 'authorization_pending',
    code: 70016,
    text: 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
  },
  slowDown: { error: 'slow_down', code: 70021, text: 'Polling is too fast.' },
  deviceCodeExpired: { error: 'expired_token', code: 70020, text: 'The device code has expired.' },
  deviceCodeDeclined: {
    error: 'authorization_declined',
    code: 70018,
    text: 'The user declined the request.',
  },
  deviceCodeUnknown: { error: 'bad_verification_code', code: 70019, text: 'Verification code is not known.' },
};

type RefusalName =
  | 'malformed'
  | 'unknownTenant'
  | 'unknownGrant'
  | 'unknownClient'
  | 'wrongSecret'
  | 'missingSecret'
  | 'wrongAssertion'
  | 'wrongAssertionClaims'
  | 'endedAssertion'
  | 'publicClient'
  | 'unknownGrantToken'
  | 'invalidRefreshToken'
  | 'wordless'
  | 'invalidScope'
  | 'expiredRefreshToken'
  | 'revokedRefreshToken'
  | 'consentRequired'
  | 'spentCode'
  | 'expiredCode'
  | 'wrongVerifier'
  | 'authorizationPending'
  | 'slowDown'
  | 'deviceCodeExpired'
  | 'deviceCodeDeclined'
  | 'deviceCodeUnknown';
