import { isJsonObject } from './json-object.ts';

/** What token replies call an access token, in the ways of several languages. */
const NAMES = ['access_token', 'accessToken', 'AccessToken', 'accesstoken'];

/**
 * Where a reply holds something like a token other than RFC 6749 says, in words that quote nothing of it; undefined where it
 * holds none.
 */
export function placeOfToken(content: unknown): string | undefined {
  if (typeof content === 'string')
    return NAMES.some((name) => content.includes(name))
      ? 'the reply names an access token in a text that is neither JSON nor a form'
      : undefined;
  if (isJsonObject(content) && content['access_token'] !== undefined && content['access_token'] !== null)
    return `\`access_token\` of the reply is ${content['access_token'] === '' ? 'empty' : 'no text'}`;
  const path = pathIn(content, 2);
  return path && `the reply has its token in another place than RFC 6749 says, in \`${path}\``;
}

function pathIn(value: unknown, depth: number): string | undefined {
  if (Array.isArray(value)) return below('[0]', value[0], depth);
  if (!isJsonObject(value)) return undefined;
  const name = NAMES.find((each) => typeof value[each] === 'string');
  if (name !== undefined) return name;
  for (const [member, inner] of Object.entries(value).slice(0, MOST_MEMBERS)) {
    const path = /^[\w-]{1,40}$/.test(member) ? below(member, inner, depth) : undefined;
    if (path !== undefined) return path;
  }
  return undefined;
}

function below(member: string, value: unknown, depth: number): string | undefined {
  const path = depth > 0 ? pathIn(value, depth - 1) : undefined;
  return path && `${member}${path.startsWith('[') ? '' : '.'}${path}`;
}

const MOST_MEMBERS = 50;
