import { isJsonObject } from '../wire/json-object.ts';

/**
 * What a reply of the token endpoint means: a code of RFC 6749, or undefined where the usual reading is right. `body` is the
 * JSON of the reply whatever its kind, the members of a form, or else its text.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export type RefusalReading = (status: number, body: unknown) => string | undefined;

/** The names under which {@link refusals} are found. */
export type RefusalName = 'glewlwyd' | 'lemonldapNg';

/**
 * Readings for servers that say less than others, so that what they mean must be told: `oauth2({ refusal: refusals.glewlwyd })`.
 * What any server may say is understood without.
 */
export const refusals: Readonly<Record<RefusalName, RefusalReading>> = {
  /**
   * Glewlwyd answers every refusal with an empty 400: a dead refresh token and a wrong secret alike. A wrong secret shows at
   * the first sign-in, so later it is the refresh token.
   * @see https://github.com/babelouest/glewlwyd/blob/master/docs/OIDC.md
   */
  glewlwyd: (status, body) => (status === 400 && body === '' ? 'invalid_grant' : undefined),
  /**
   * LemonLDAP::NG answers `invalid_request`, and no sentence, for a refresh token that it has forgotten.
   * @see https://lemonldap-ng.org/documentation/latest/idpopenidconnect.html
   */
  lemonldapNg: (status, body) =>
    status === 400 && isJsonObject(body) && body.error === 'invalid_request' ? 'invalid_grant' : undefined,
};
