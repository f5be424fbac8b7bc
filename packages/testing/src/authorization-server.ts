/**
 * An authorization server in the shape of Entra, for tests of programs that use tokens.
 * @packageDocumentation
 */
export {
  type AuthorizationServer,
  createAuthorizationServer,
} from './authorization-server/authorization-server.ts';
export type { AuthorizationServerCounts } from './authorization-server/authorization-server-counts.ts';
export type {
  AuthorizationServerChanges,
  AuthorizationServerOptions,
  AuthorizationServerSettings,
} from './authorization-server/authorization-server-settings.ts';
export type {
  ConfidentialClient,
  DirectoryOptions,
  TestAccount,
  TestClient,
} from './authorization-server/directory.ts';
export type { AuthorizationServerMetadata } from './authorization-server/endpoints.ts';
export type { TestSignIn } from './authorization-server/people.ts';
export { protectedBy } from './authorization-server/protected-by.ts';
export type {
  MicrosoftTestOptions,
  MicrosoftTestPlace,
  OAuth2TestOptions,
  TestClientKind,
} from './authorization-server/provider-options.ts';
export type { DeadTokenAnswer, RotationRules } from './authorization-server/refresh-rotation.ts';
export {
  createTimeline,
  type Timeline,
  type TimelineEntry,
  type TimelineEvent,
} from './authorization-server/timeline.ts';
export type { Verdict } from './authorization-server/token-registry.ts';
export type { TokenReply } from './authorization-server/token-reply.ts';
export type { ScriptedError, Trouble, TroubleKind } from './authorization-server/trouble.ts';
