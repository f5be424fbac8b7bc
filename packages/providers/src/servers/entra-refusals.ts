/**
 * What Entra says when it refuses a refresh token that may work again: by suberror, and by the number in `error_codes`.
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

/** Conditions of the moment: what the user, the device or an administrator does about them makes the token work again. */
export const PASSING_NUMBERS: ReadonlySet<number> = new Set([
  16000, // a choice of the user is needed
  50005, // a device platform that conditional access does not support
  50055, // the password has expired
  50057, // the account is disabled
  50058, // no session to sign in with silently
  50072, // a second factor must be registered
  50074, // a strong authentication is needed
  50076, // a second factor is needed, by a change of configuration or another place
  50078, // the second factor was too long ago
  50079, // a second factor must be registered
  50097, // the device must authenticate
  50105, // the user is not assigned to the application
  50125, // a password reset or registration interrupted the sign-in
  50129, // the device is not joined
  50131, // blocked by conditional access
  50140, // "keep me signed in" interrupted the sign-in
  50144, // the password of the local directory has expired
  50158, // a challenge of another party is not met
  53000, // the device is not compliant
  53001, // the device is not joined to a domain
  53002, // the application is not approved
  53003, // blocked by conditional access
  53004, // a second factor must be registered, after suspicious activity
  53009, // the application must be protected by a policy
  53010, // a second factor must be registered from a trusted place
  53011, // the user is blocked for risk
  65001, // consent has not been given
  65004, // the user declined to consent
  90072, // the account is not in the tenant
  90094, // an administrator must consent
  90095, // an administrator must approve the consent
  135010, // the key of the device is not found
  530003, // the device must be managed
  530032, // blocked by a security policy
  530034, // a partner's administrator is blocked by a policy
]);
