/**
 * An authorization server in the shape of Entra, for tests of programs that use tokens.
 * @packageDocumentation
 */
export {
  type AuthorizationServer,
  createAuthorizationServer,
} from './authorization-server/authorization-server.ts';
export type { AuthorizationServerCounts } from './authorization-server/authorization-server-counts.ts';
export type { DirectoryOptions, TestAccount, TestClient } from './authorization-server/directory.ts';
export type { AuthorizationServerMetadata } from './authorization-server/endpoints.ts';
export type {
  AuthorizationServerOptions,
  AuthorizationServerSettings,
} from './authorization-server/realm.ts';
export type { RotationRules } from './authorization-server/refresh-rotation.ts';
export {
  createTimeline,
  type FarEndEvent,
  type Timeline,
  type TimelineEntry,
} from './authorization-server/timeline.ts';
export type { Verdict } from './authorization-server/token-registry.ts';
export type { TokenReply } from './authorization-server/token-reply.ts';
export type { ScriptedError, Trouble, TroubleKind } from './authorization-server/trouble.ts';
