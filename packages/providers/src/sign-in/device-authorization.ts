import { TokenEndpointError } from '@everbearer/core';
import { endpointFault } from '../require-option.ts';
import { type ReplyRules, refusalOf, secondsOf, type TokenReply, textOf } from '../wire/token-reply.ts';
import type { DeviceAuthorization } from './sign-in-provider.ts';

const DEFAULT_INTERVAL_S = 5;
const LONGEST_INTERVAL_S = 60;
const DEFAULT_LIFE_S = 15 * 60;
const LONGEST_LIFE_S = 24 * 60 * 60;

/**
 * Reads a device authorization response. A missing or strange `interval` is 5 seconds and one below a second is a
 * second; a missing or strange `expires_in` is 15 minutes.
 * @throws {TokenEndpointError} the reply's own error, or `invalid_response` when a code or the address is missing
 * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.2
 */
export function deviceAuthorizationOf(reply: TokenReply, rules: ReplyRules): DeviceAuthorization {
  const { body = {}, receivedAt, status } = reply;
  const deviceCode = textOf(body.device_code);
  const userCode = textOf(body.user_code);
  // Google's older replies call it verification_url.
  const verificationUri = textOf(body.verification_uri ?? body.verification_url);
  if (textOf(body.error) || status !== 200) throw refusalOf(reply, rules);
  if (deviceCode === undefined || userCode === undefined || !isAddress(verificationUri)) {
    const description = 'the device authorization reply lacks a code or the address to enter it at';
    throw new TokenEndpointError({ code: 'invalid_response', status, description });
  }
  const verificationUriComplete = textOf(body.verification_uri_complete);
  const message = textOf(body.message);
  const intervalS = secondsOf(body.interval, LONGEST_INTERVAL_S) ?? DEFAULT_INTERVAL_S;
  const lifeS = secondsOf(body.expires_in, LONGEST_LIFE_S) ?? DEFAULT_LIFE_S;
  return {
    deviceCode,
    userCode,
    verificationUri,
    ...(isAddress(verificationUriComplete) && { verificationUriComplete }),
    expiresAt: receivedAt + lifeS * 1000,
    intervalMs: Math.max(intervalS, 1) * 1000,
    ...(message !== undefined && { message }),
  };
}

/** What a person is asked to open must be a web address. */
const isAddress = (text: string | undefined): text is string =>
  text !== undefined && endpointFault(text) === undefined;
