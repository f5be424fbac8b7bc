/** What somebody must do about a refusal of Entra. */
export type EntraErrorKind =
  /** The refresh token, code or assertion is over for good: sign in again. */
  | 'final'
  /** A passing trouble at Microsoft or in the network of the tenant. */
  | 'later'
  /** The person must do something at the sign-in page: a second factor, a new password. */
  | 'interaction'
  /** The person must consent. */
  | 'consent'
  /** An administrator of the tenant must do something: consent, assign, unlock, change a policy. */
  | 'admin'
  /** The app registration, or the options of this program, are wrong. */
  | 'configuration';

/** The number, what to do in plain words, and where the number is explained if not in the public list. */
export type EntraErrorRow = readonly [number: number, remedy: string, source?: string];
