import { ConfigurationError } from '../errors/configuration-error.ts';
import { type AccessToken, tokenFault } from '../token.ts';

/** The `Authorization` values this guard made, so that an older one of ours is known when it comes back. */
export interface IssuedHeaders {
  /** @throws {ConfigurationError} when the source's token cannot stand in a header */
  headerFor(token: AccessToken): string;
  has(authorization: string): boolean;
}

const MOST_REMEMBERED = 128;

export function createIssuedHeaders(): IssuedHeaders {
  const byToken = new WeakMap<AccessToken, string>();
  const values = new Set<string>();

  function make(token: AccessToken): string {
    const fault = tokenFault(token.token);
    if (fault) {
      throw new ConfigurationError({
        option: 'source',
        message: `The token source gave a token that ${fault}, so nothing was sent.`,
      });
    }
    const header = `Bearer ${token.token}`;
    byToken.set(token, header);
    values.add(header);
    if (values.size > MOST_REMEMBERED) values.delete(values.values().next().value as string);
    return header;
  }

  return {
    headerFor(token) {
      const header = byToken.get(token) ?? make(token);
      // What is in use is remembered longest. The order matters only once something may be forgotten.
      if (values.size === MOST_REMEMBERED) {
        values.delete(header);
        values.add(header);
      }
      return header;
    },
    has: (authorization) => values.has(authorization),
  };
}
