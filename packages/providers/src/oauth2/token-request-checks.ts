import { ConfigurationError } from '@everbearer/core';
import { allowFunction, requireMembers } from '../options/require-option.ts';
import type { RequestParameters } from '../wire/request-parameters.ts';
import type { TokenReply } from '../wire/token-reply.ts';
import { requireKeep } from './request-options.ts';
import type { TokenReading } from './token-reading.ts';

/** @throws {ConfigurationError} unless it is what `sendTokenRequest()` takes for `parameters` */
export function requireWhole(given: RequestParameters): RequestParameters {
  const isText = (value: unknown) => value === undefined || typeof value === 'string';
  const fits = (value: unknown) => isText(value) || (Array.isArray(value) && value.every(isText));
  if (typeof given === 'object' && given !== null && Object.values(given).every(fits)) return given;
  throw refused(
    'parameters',
    "must hold texts or lists of texts. Write for instance { grant_type: 'mine' }.",
  );
}

/** @throws {ConfigurationError} unless it is an AbortSignal */
export function requireSignal(signal: AbortSignal): void {
  if (typeof signal?.aborted === 'boolean') return;
  throw refused('signal', 'must be an AbortSignal. Pass the `signal` that refresh() or acquire() was given.');
}

/** @throws {ConfigurationError} unless it is what `sendTokenRequest()` returned */
export function requireReply(reply: TokenReply): void {
  if (typeof reply?.status === 'number' && 'receivedAt' in reply) return;
  throw refused('reply', 'is not what sendTokenRequest() returned. Pass that, awaited.');
}

const READING = /* @__PURE__ */ Object.keys({
  scopes: true,
  refreshToken: true,
  keep: true,
  dpopKey: true,
  readReply: true,
  refusal: true,
} satisfies Record<keyof TokenReading, true>);

/** What of it cannot be used. */
export function readingFault(reading: TokenReading): unknown {
  try {
    requireMembers('readTokens()', reading, READING, '{ scopes, refreshToken }');
    requireKeep(reading.keep);
    allowFunction('readReply', reading.readReply);
    allowFunction('refusal', reading.refusal);
    return undefined;
  } catch (error) {
    return error;
  }
}

const refused = (option: string, fault: string) =>
  new ConfigurationError({ option, message: `\`${option}\` ${fault}` });
