import { ConfigurationError } from '@everbearer/core';
import { refuseUnknownOptions } from '@everbearer/core/contract';
import type { DirectoryOptions } from './directory.ts';
import type { DeadTokenAnswer, RotationRules } from './refresh-rotation.ts';

/** How the server behaves; can be changed while it runs. */
export interface AuthorizationServerSettings extends RotationRules {
  /**
   * How long an access token is accepted, in milliseconds. `expires_in` tells it in whole seconds, rounded down and at
   * least 1. Default an hour.
   */
  accessTokenLifeMs: number;
  /** How long a refresh token is accepted, in milliseconds. Default 90 days. */
  refreshTokenLifeMs: number;
  /**
   * Whether the life of refresh tokens starts again: with each new one, or, without rotation, with each use. Otherwise all of a
   * sign-in end together. Default true.
   */
  slidingWindow: boolean;
  /** Whether a refresh for less scope leaves no more than that to the later ones, which are refused more. Default false. */
  narrowingLasts: boolean;
  /** How a dead refresh token is refused: by a code, or by 400 and an empty body. Default `invalid_grant`. */
  deadTokenAnswer: DeadTokenAnswer;
  /** Whether a refresh ends the family's earlier access tokens at once. Default false. */
  oldAccessTokenDies: boolean;
  /** Whether a device code poll that comes too early is answered `slow_down`. Default false. */
  slowDown: boolean;
  /** The pause between two device code polls that the server asks for, in seconds. Default 1. */
  deviceIntervalSeconds: number;
  /** How long a device code can be used, in milliseconds. Default 15 minutes. */
  deviceCodeLifeMs: number;
  /** How long a token request waits before the server looks at it, in milliseconds. Default 0. */
  latencyMs: number | (() => number);
  /** Requests for one of these scopes are refused with `consent_required`, and spend no refresh token. Default none. */
  refusedScopes: readonly string[];
  /** Whether the answer to a sign-in in a browser names the issuer as `iss`, and the metadata say so (RFC 9207). Default false. */
  namesIssuer: boolean;
  /** The error with which a browser is sent back: `access_denied`, as if the person declined. Default `''`: it brings a code. */
  signInError: string;
}

/** Options of `createAuthorizationServer()`. Each setting has its default. */
export interface AuthorizationServerOptions extends DirectoryOptions, AuthorizationServerChanges {
  /** Default 0: any free port. */
  port?: number | undefined;
  /** Put before every token, code and other secret, so that a search can find them. Default nothing. */
  tokenPrefix?: string | undefined;
}

/** Some of the settings; what is undefined stays as it is. */
export type AuthorizationServerChanges = {
  [Name in keyof AuthorizationServerSettings]?: AuthorizationServerSettings[Name] | undefined;
};

/** Strict: refresh tokens are single-use, and a second use ends the family. */
const STRICT_SETTINGS: AuthorizationServerSettings = {
  rotates: true,
  graceMs: 0,
  previousOnly: false,
  graceUntilUsed: false,
  replayEnds: 'session',
  slidingWindow: true,
  narrowingLasts: false,
  deadTokenAnswer: 'invalid_grant',
  accessTokenLifeMs: 3_600_000,
  refreshTokenLifeMs: 90 * 86_400_000,
  oldAccessTokenDies: false,
  slowDown: false,
  deviceIntervalSeconds: 1,
  deviceCodeLifeMs: 900_000,
  latencyMs: 0,
  refusedScopes: [],
  namesIssuer: false,
  signInError: '',
};

const isFlag = (value: unknown) => typeof value === 'boolean';
const isOneOf = (words: readonly string[]) => (value: unknown) => words.includes(value as string);
const REPLAYS = ['nothing', 'session', 'every_session'];
const ANSWERS = ['invalid_grant', 'invalid_request', 'empty'];
const isDuration = (value: unknown) => typeof value === 'number' && value >= 0;

/** What each setting must be, and the words that say so. */
const RULES: Readonly<
  Record<keyof AuthorizationServerSettings, readonly [holds: (value: unknown) => boolean, words: string]>
> = {
  rotates: [isFlag, 'true or false'],
  graceMs: [isDuration, 'a number of milliseconds, 0 or more'],
  previousOnly: [isFlag, 'true or false'],
  graceUntilUsed: [isFlag, 'true or false'],
  replayEnds: [isOneOf(REPLAYS), REPLAYS.join(' or ')],
  slidingWindow: [isFlag, 'true or false'],
  narrowingLasts: [isFlag, 'true or false'],
  deadTokenAnswer: [isOneOf(ANSWERS), ANSWERS.join(' or ')],
  accessTokenLifeMs: [isDuration, 'a number of milliseconds, 0 or more'],
  refreshTokenLifeMs: [isDuration, 'a number of milliseconds, 0 or more'],
  oldAccessTokenDies: [isFlag, 'true or false'],
  slowDown: [isFlag, 'true or false'],
  deviceIntervalSeconds: [isDuration, 'a number of seconds, 0 or more'],
  deviceCodeLifeMs: [isDuration, 'a number of milliseconds, 0 or more'],
  latencyMs: [
    (value) => isDuration(value) || typeof value === 'function',
    'a number of milliseconds, 0 or more, or a function that returns one',
  ],
  refusedScopes: [
    (value) => Array.isArray(value) && value.every((scope) => typeof scope === 'string'),
    'a list of scopes',
  ],
  namesIssuer: [isFlag, 'true or false'],
  signInError: [(value) => typeof value === 'string', "an error code, or ''"],
};

const SETTINGS = Object.keys(STRICT_SETTINGS);
const OTHERS = Object.keys({
  tenantId: true,
  accounts: true,
  clients: true,
  port: true,
  tokenPrefix: true,
} satisfies Record<Exclude<keyof AuthorizationServerOptions, keyof AuthorizationServerSettings>, true>);

/** @throws {ConfigurationError} naming an option that is unknown, or a setting that is wrong */
export function settingsOf(options: AuthorizationServerOptions): AuthorizationServerSettings {
  refuseUnknownOptions(options, [...SETTINGS, ...OTHERS], 'createAuthorizationServer()');
  const settings = { ...STRICT_SETTINGS };
  assignDefined(settings, options);
  return settings;
}

/**
 * Puts new values in place; what is undefined stays as it is.
 * @throws {ConfigurationError} naming a setting that is unknown or wrong; nothing is changed then
 */
export function configure(settings: AuthorizationServerSettings, changes: AuthorizationServerChanges): void {
  refuseUnknownOptions(changes, SETTINGS, 'configure()');
  assignDefined(settings, changes);
}

function assignDefined(settings: AuthorizationServerSettings, changes: AuthorizationServerChanges): void {
  const names = Object.keys(RULES) as (keyof AuthorizationServerSettings)[];
  const given = names.filter((name) => changes[name] !== undefined);
  for (const name of given) {
    const [holds, words] = RULES[name];
    if (holds(changes[name])) continue;
    throw new ConfigurationError({ option: name, message: `\`${name}\` must be ${words}.` });
  }
  for (const name of given) Object.assign(settings, { [name]: changes[name] });
}
