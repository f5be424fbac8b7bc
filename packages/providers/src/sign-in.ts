/**
 * How a person signs in, at any provider that can do it; and what a provider of your own must offer for that.
 * @packageDocumentation
 */
export type { SignInCallback } from './sign-in/authorization-answer.ts';
export { type AuthorizationCodeOptions, authorizationCode } from './sign-in/authorization-code.ts';
export type { SignInDemand } from './sign-in/authorization-options.ts';
export { type BeginSignInOptions, type BegunSignIn, beginSignIn } from './sign-in/begin-sign-in.ts';
export type { ClientCredentialsProvider } from './sign-in/client-credentials-provider.ts';
export { type DeviceCodeOptions, type DeviceCodePrompt, deviceCode } from './sign-in/device-code.ts';
export { type FinishSignInOptions, finishSignIn } from './sign-in/finish-sign-in.ts';
export { type FromTokenResponseOptions, fromTokenResponse } from './sign-in/from-token-response.ts';
export type { PendingSignIn } from './sign-in/pending-sign-in.ts';
export { SignInError, type SignInErrorCode, type SignInErrorOptions } from './sign-in/sign-in-error.ts';
export type {
  AuthorizationAnswer,
  AuthorizationRequest,
  DeviceRequest,
  SignIn,
  SignInProvider,
} from './sign-in/sign-in-provider.ts';
export type { DeviceAuthorization } from './wire/device-authorization.ts';
