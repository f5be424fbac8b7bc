/**
 * What Entra says by `suberror` about an `invalid_grant`.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */

/** With these, `invalid_grant` means that a person must act, after which the refresh token may work again. */
export const INTERACTION_SUBERRORS: ReadonlySet<string> = new Set([
  'message_only',
  'basic_action',
  'additional_action',
  'consent_required',
  'user_password_expired',
]);

/** The device or its management must be mended first. */
export const PASSING_SUBERRORS: ReadonlySet<string> = new Set([
  'protection_policy_required',
  'device_authentication_failed',
]);

/** With these the refresh token itself is refused, whatever the numbers beside them say. */
export const FINAL_SUBERRORS: ReadonlySet<string> = new Set([
  'bad_token',
  'token_expired',
  'client_mismatch',
]);
