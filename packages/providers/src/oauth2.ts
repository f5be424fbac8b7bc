/**
 * Tokens of any OAuth 2.0 authorization server, and what is known about some of them.
 * @packageDocumentation
 */

export { newDpopKey } from './dpop/dpop-key.ts';
export { resourceProver } from './dpop/resource-prover.ts';
export type { ClientAuthentication, ClientPrivateKey, ClientSecret } from './oauth2/client-authentication.ts';
export { type KeptAddress, keptAddress } from './oauth2/kept-address.ts';
export {
  type JwtBearerOptions,
  jwtBearer,
  type TokenExchangeOptions,
  type TokenText,
  tokenExchange,
} from './oauth2/known-grants.ts';
export { oauth2 } from './oauth2/oauth2.ts';
export type { OAuth2Options } from './oauth2/oauth2-options.ts';
export type { RequestLimits } from './oauth2/oauth2-request.ts';
export type { OwnGrant } from './oauth2/own-grant.ts';
export {
  type ProtectedResource,
  type ProtectedResourceOptions,
  protectedResource,
} from './oauth2/protected-resource.ts';
export type { GrantParameters } from './oauth2/request-options.ts';
export {
  readRefusal,
  readTokens,
  sendTokenRequest,
  type TokenReading,
  type TokenRequest,
} from './oauth2/token-request.ts';
export { type ProfileName, profiles, type ServiceName } from './servers/profiles.ts';
export { type RefusalName, type RefusalReading, refusals } from './servers/refusals.ts';
export type { SoftwareName } from './servers/software-profiles.ts';
export type { ReplyReading } from './wire/read-reply.ts';
export { type RejectedByBody, rejectedByBody } from './wire/rejected-by-body.ts';
export type { RequestParameters } from './wire/request-parameters.ts';
export type { BodyFormat } from './wire/send-form.ts';
export type { TokenReply } from './wire/token-reply.ts';
