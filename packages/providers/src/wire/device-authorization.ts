import { TokenEndpointError } from '@everbearer/core';
import { endpointFault } from '../options/endpoint-fault.ts';
import { secondsOf } from './lives.ts';
import { refusalOf, refusedRequest } from './refusal-of.ts';
import { type ReplyRules, type TokenReply, textOf } from './token-reply.ts';

/**
 * A device authorization response, with times in milliseconds.
 * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.2
 */
export interface DeviceAuthorization {
  /** What the program polls with. A secret. */
  deviceCode: string;
  /** What the person enters at `verificationUri`. */
  userCode: string;
  /** The page that the person opens: an https address, or http on loopback. */
  verificationUri: string;
  /** With the user code in it, for a QR code; most servers send none. */
  verificationUriComplete?: string | undefined;
  /** When both codes end, in milliseconds since the epoch. */
  expiresAt: number;
  /** The shortest pause between two polls, in milliseconds. */
  intervalMs: number;
  /** The server's own instruction for the person, if it sends one. */
  message?: string | undefined;
}

const DEFAULT_INTERVAL_S = 5;
const LONGEST_INTERVAL_S = 60;
const DEFAULT_LIFE_S = 15 * 60;
const LONGEST_LIFE_S = 24 * 60 * 60;

/**
 * Reads a device authorization response. A missing or strange `interval` means 5 seconds, and less than a second
 * means one second; a missing or strange `expires_in` means 15 minutes.
 * @throws {TokenEndpointError} the reply's own error, or `invalid_response` if a code or the address is missing
 * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.2
 */
export function deviceAuthorizationOf(reply: TokenReply, rules: ReplyRules): DeviceAuthorization {
  const { body = {}, receivedAt, status } = reply;
  const deviceCode = textOf(body.device_code);
  const userCode = textOf(body.user_code);
  // Google's older replies call it verification_url.
  const verificationUri = textOf(body.verification_uri ?? body.verification_url);
  if (textOf(body.error) || status !== 200)
    throw refusedRequest('the request for a device code', refusalOf(reply, rules));
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

/** A person is only ever asked to open a web address. */
const isAddress = (text: string | undefined): text is string =>
  text !== undefined && endpointFault(text) === undefined;
