/**
 * How a person signs in, at any provider that can do it; and what a provider of your own must offer for that.
 * @packageDocumentation
 */
export { type AuthorizationCodeOptions, authorizationCode } from './sign-in/authorization-code.ts';
export type { ClientCredentialsProvider } from './sign-in/client-credentials-provider.ts';
export { type DeviceCodeOptions, type DeviceCodePrompt, deviceCode } from './sign-in/device-code.ts';
export type {
  AuthorizationAnswer,
  AuthorizationRequest,
  SignIn,
  SignInProvider,
} from './sign-in/sign-in-provider.ts';
export type { DeviceAuthorization } from './wire/device-authorization.ts';
