/**
 * Tokens of any OAuth 2.0 authorization server, and what is known about some of them.
 * @packageDocumentation
 */
export type { ClientAuthentication, ClientPrivateKey, ClientSecret } from './oauth2/client-authentication.ts';
export { oauth2 } from './oauth2/oauth2.ts';
export type { OAuth2Options } from './oauth2/oauth2-options.ts';
export { type ProfileName, profiles, type ServiceName } from './servers/profiles.ts';
export { type RefusalName, type RefusalReading, refusals } from './servers/refusals.ts';
export type { SoftwareName } from './servers/software-profiles.ts';
