import type { JsonObject } from './json-object.ts';

/**
 * What a refusal without a body says in `WWW-Authenticate`: django-oauth-toolkit, Authlib and Doorkeeper write the error there as
 * well. Undefined where it holds none.
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export function challengeWords(challenge: string | null): JsonObject | undefined {
  const text = challenge?.slice(0, LONGEST) ?? '';
  const [, error] = /(?:^|[\s,])error="?([\w.-]{1,64})/i.exec(text) ?? [];
  if (error === undefined) return undefined;
  const [, words] = /(?:^|[\s,])error_description="((?:[^"\\]|\\.)*)"/i.exec(text) ?? [];
  return { error, ...(words && { error_description: words.replaceAll(/\\(.)/g, '$1') }) };
}

/** Servers send a few hundred characters. */
const LONGEST = 4_096;
