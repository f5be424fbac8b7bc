import { invalidOption } from '../check-option.ts';
import type { AccessTokenInit } from '../token.ts';
import { tokenFault, typeFault } from '../token-fault.ts';
import type { GuardedCall } from './attempt.ts';

/** The `Authorization` values this guard made, so that an older one of ours is known when it comes back. */
export interface IssuedHeaders {
  /**
   * The value for this token; the call remembers it. What a source hands out is checked here, and nowhere else.
   * @throws {ConfigurationError} when it cannot stand in a header, or is not a Bearer token
   */
  issue(token: AccessTokenInit, call: GuardedCall): string;
  /** Whether one of ours is in it, in whatever spelling, alone or beside others. */
  has(authorization: string): boolean;
}

const MOST_REMEMBERED = 128;

export function createIssuedHeaders(): IssuedHeaders {
  const byToken = new WeakMap<AccessTokenInit, string>();
  const values = new Set<string>();

  function make(token: AccessTokenInit): string {
    const fault = tokenFault(token.token) ?? typeFault(token.tokenType, token.dpop);
    if (fault) throw invalidOption('source', `gave a token that ${fault}, so nothing was sent.`);
    const header = `${token.dpop ? 'DPoP' : 'Bearer'} ${token.token}`;
    byToken.set(token, header);
    values.add(header);
    if (values.size > MOST_REMEMBERED) values.delete(values.values().next().value as string);
    return header;
  }

  return {
    issue(token, call) {
      const header = byToken.get(token) ?? make(token);
      // What is in use is remembered longest. The order matters only once something may be forgotten.
      if (values.size === MOST_REMEMBERED) {
        values.delete(header);
        values.add(header);
      }
      call.issued = header;
      return header;
    },
    has: (authorization) => authorization.split(/, */).some((value) => values.has(asIssued(value))),
  };
}

/** As servers read it: the scheme in any case, and blanks around and behind it. */
function asIssued(value: string): string {
  return value
    .trim()
    .replace(/^bearer +/i, 'Bearer ')
    .replace(/^dpop +/i, 'DPoP ');
}
