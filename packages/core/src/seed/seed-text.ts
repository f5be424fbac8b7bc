import type { TokenSet } from '../contract/token-provider.ts';
import { TokenBackendError } from '../errors/token-backend-error.ts';
import { refreshTokenFault } from '../record/refresh-token-fault.ts';
import { tokenFault } from '../token-fault.ts';

/**
 * Reads a seed: a raw refresh token, a token response as JSON, or base64 of such JSON. White space around it and a byte
 * order mark are ignored. `place` says in the errors where the text came from; the text itself is in none.
 * @throws {TokenBackendError} `damaged`, with what is wrong and what belongs there
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function parseSeedText(text: string, place: string | undefined): TokenSet {
  const fault = (what: string) => seedFault(place, what);
  const trimmed = text.trim();
  if (trimmed === '') throw fault('is empty');
  if (/^(["']).*\1$/s.test(trimmed)) throw fault('stands in quotation marks, which do not belong to it');
  const response = responseIn(trimmed, fault);
  return response ? tokensOf(response, fault) : { refreshToken: rawToken(trimmed, fault) };
}

type Fault = (what: string) => TokenBackendError;

function seedFault(place: string | undefined, what: string): TokenBackendError {
  const subject = place === undefined ? 'The seed' : `The seed in ${place}`;
  return new TokenBackendError({
    code: 'damaged',
    message: `${subject} ${what}. Put a refresh token there, a token response as JSON ({"refresh_token": …}), or base64 of that JSON.`,
  });
}

/** Undefined when the text is neither JSON nor base64 of JSON: then it is a token as it stands. */
function responseIn(text: string, fault: Fault): Record<string, unknown> | undefined {
  if (text.startsWith('{')) {
    const response = jsonObject(text);
    if (!response) throw fault('begins like JSON and is not, or not all of it');
    return response;
  }
  if (text.startsWith('[')) throw fault('is a list');
  const decoded = fromBase64(text);
  // Many a refresh token is made of base64 characters; only one that decodes to whole JSON is taken for it.
  return decoded?.startsWith('{') ? jsonObject(decoded) : undefined;
}

function tokensOf(response: Record<string, unknown>, fault: Fault): TokenSet {
  const refreshToken = response['refresh_token'] ?? undefined;
  const accessToken = response['access_token'] ?? undefined;
  if (refreshToken !== undefined) {
    const wrong = refreshTokenFault(refreshToken);
    if (wrong) throw fault(`has a \`refresh_token\` that ${wrong}`);
    return { refreshToken: refreshToken as string, ...keyOf(response, fault) };
  }
  if (accessToken === undefined) throw fault('is JSON without `refresh_token`');
  const wrong = tokenFault(accessToken);
  if (wrong) throw fault(`has an \`access_token\` that ${wrong}, and no \`refresh_token\``);
  const tokenType = response['token_type'];
  // Its `expires_in` counts from a moment that is not written down.
  return { accessToken: accessToken as string, ...(typeof tokenType === 'string' && { tokenType }) };
}

/** The key that the refresh token is bound to, where it is (RFC 9449): the text of its JWK. */
function keyOf({ dpop_key: dpopKey }: Record<string, unknown>, fault: Fault): Pick<TokenSet, 'dpopKey'> {
  if (dpopKey === undefined) return {};
  const wrong = tokenFault(dpopKey);
  if (wrong) throw fault(`has a \`dpop_key\` that ${wrong}`);
  return { dpopKey: dpopKey as string };
}

function rawToken(text: string, fault: Fault): string {
  const wrong = refreshTokenFault(text);
  if (wrong) throw fault(wrong);
  // No server issues that; a header was copied.
  if (/^Bearer /i.test(text)) throw fault('is a header, and holds a space');
  return text;
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Base64 in either alphabet, with or without padding and line breaks; undefined when it is not base64. */
function fromBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/_=\s-]+$/.test(text)) return undefined;
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0))).trim();
  } catch {
    return undefined;
  }
}
