import { isJsonObject } from './json-object.ts';

const SECRET_PARAMETERS = [
  'refresh_token',
  'client_secret',
  'client_assertion',
  'assertion',
  'code',
  'code_verifier',
  'device_code',
  'token',
  'subject_token',
  'actor_token',
  'password',
];

/** Everything in a request that an error description might echo. */
export function secretsInRequest(body: URLSearchParams, headers: Readonly<Record<string, string>>): string[] {
  const secrets = SECRET_PARAMETERS.flatMap((name) => body.getAll(name));
  const basic = /^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (basic) {
    const bytes = Uint8Array.from(atob(basic), (character) => character.charCodeAt(0));
    const encoded = new TextDecoder().decode(bytes).replace(/^[^:]*:/, '');
    secrets.push(basic, encoded, new URLSearchParams(`secret=${encoded}`).get('secret') ?? '');
  }
  return secrets.filter((secret) => secret !== '');
}

const MOST_LOOKED_AT = 200;
const DEEPEST = 3;

/** Tokens in the reply itself, wherever it has them, which its description might quote. */
export function secretsInReply(content: unknown, depth = 0): string[] {
  if (depth > DEEPEST) return [];
  if (Array.isArray(content)) return content.slice(0, 10).flatMap((each) => secretsInReply(each, depth + 1));
  if (!isJsonObject(content)) return [];
  return Object.entries(content)
    .slice(0, MOST_LOOKED_AT)
    .flatMap(([name, value]) => {
      if (typeof value === 'string')
        return value !== '' && /(^|_)(token|jwt)$|token$/i.test(name) ? [value] : [];
      return secretsInReply(value, depth + 1);
    });
}
