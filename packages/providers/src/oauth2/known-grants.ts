import { requireMembers, requireText } from '../options/require-option.ts';
import type { RequestParameters } from '../wire/request-parameters.ts';
import type { OwnGrant } from './own-grant.ts';

/** A token, or a function that is called for each request and returns it. */
export type TokenText = string | (() => string | Promise<string>);

/** What {@link jwtBearer} is made of. */
export interface JwtBearerOptions {
  /** The signed assertion, or what makes one for each request. A secret. */
  assertion: TokenText;
  /** Whose tokens it brings, in your words: part of the provider's `id`. */
  subject: string;
}

/**
 * The JWT bearer grant, for `oauth2({ grant: jwtBearer({ ... }) })`: a signed assertion in place of a person.
 * @throws {ConfigurationError} naming what is missing or unusable
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-2.1
 */
export function jwtBearer(options: JwtBearerOptions): OwnGrant {
  const known = Object.keys({ assertion: true, subject: true } satisfies Record<
    keyof JwtBearerOptions,
    true
  >);
  requireMembers('jwtBearer()', options, known, "{ assertion: () => signedJwt(), subject: 'reports' }");
  const { subject } = options;
  const assertion = tokenText('assertion', options.assertion);
  return {
    type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    subject,
    parameters: async () => ({ assertion: await assertion() }),
  };
}

/** What {@link tokenExchange} is made of. */
export interface TokenExchangeOptions {
  /** The token that is exchanged, or what brings it for each request. A secret. */
  subjectToken: TokenText;
  /** What kind of token that is. Default `urn:ietf:params:oauth:token-type:access_token`. */
  subjectTokenType?: string | undefined;
  /** The token of who acts for the subject, or what brings it. A secret. Default: the client acts. */
  actorToken?: TokenText | undefined;
  /** What kind of token that is. Default `urn:ietf:params:oauth:token-type:access_token`. */
  actorTokenType?: string | undefined;
  /** What kind of token is wanted. Default: as the server decides. */
  requestedTokenType?: string | undefined;
  /** For whom the new token is, by name. */
  audience?: string | readonly string[] | undefined;
  /** For whom the new token is, by address. */
  resource?: string | readonly string[] | undefined;
  /** Whose tokens it brings, in your words: part of the provider's `id`. */
  subject: string;
}

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/**
 * Token exchange, for `oauth2({ grant: tokenExchange({ ... }) })`: one token for another, for another audience or on behalf of
 * somebody.
 * @throws {ConfigurationError} naming what is missing or unusable
 * @see https://www.rfc-editor.org/rfc/rfc8693#section-2.1
 */
export function tokenExchange(options: TokenExchangeOptions): OwnGrant {
  const known = Object.keys({
    subjectToken: true,
    subjectTokenType: true,
    actorToken: true,
    actorTokenType: true,
    requestedTokenType: true,
    audience: true,
    resource: true,
    subject: true,
  } satisfies Record<keyof TokenExchangeOptions, true>);
  requireMembers('tokenExchange()', options, known, "{ subjectToken, audience, subject: 'reports' }");
  const { subject, subjectTokenType = ACCESS_TOKEN, actorTokenType = ACCESS_TOKEN } = options;
  const subjectToken = tokenText('subjectToken', options.subjectToken);
  const actorToken =
    options.actorToken === undefined ? undefined : tokenText('actorToken', options.actorToken);
  const fixed: RequestParameters = {
    subject_token_type: subjectTokenType,
    ...(actorToken && { actor_token_type: actorTokenType }),
    ...(options.requestedTokenType !== undefined && { requested_token_type: options.requestedTokenType }),
    ...(options.audience !== undefined && { audience: options.audience }),
    ...(options.resource !== undefined && { resource: options.resource }),
  };
  return {
    type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject: [subject, options.audience ?? [], options.resource ?? []].flat().join(' '),
    async parameters() {
      const actor = actorToken && { actor_token: await actorToken() };
      return { ...fixed, subject_token: await subjectToken(), ...actor };
    },
  };
}

function tokenText(option: string, given: unknown): () => string | Promise<string> {
  const remedy = 'Pass the token, or a function that returns it.';
  if (typeof given === 'function') return async () => requireText(option, await given(), remedy);
  const text = requireText(option, given, remedy);
  return () => text;
}
