import { systemClock } from '../clock.ts';
import type { StoredText } from '../contract/token-backend.ts';
import type { TokenProvider } from '../contract/token-provider.ts';
import { createServerClock } from '../memory/server-clock.ts';
import { createTokenMemory } from '../memory/token-memory.ts';
import { parseRecord, scopeOf } from '../record/credential-record.ts';
import type { AccessToken } from '../token.ts';

/** Whose token is looked for in a record, and for how long it is needed. */
export interface StoredTokenAsk {
  /** The provider that the record was stored for. */
  provider: Pick<TokenProvider, 'scopes'>;
  /** The account that the record was stored for. */
  account: string;
  /** How long it must live at least, in milliseconds. Default 0. */
  minLifeMs?: number | undefined;
  /** The time. Default: the wall clock. */
  now?: (() => number) | undefined;
}

/**
 * The token in a stored record, where a token manager that begins now would hand it out and have nothing else to do: a
 * bearer token for the scopes of the provider, with enough life left that nobody would renew it yet. Undefined in any
 * doubt: a token manager then finds out what is the matter, and says so. Seeds are not looked at.
 *
 * @param stored - what `load` of a backend gave for {@link recordKey}
 */
export function storedToken(stored: StoredText, ask: StoredTokenAsk): AccessToken | undefined {
  const { provider, account, minLifeMs, now = systemClock.now } = ask;
  const record = stored.recovered ? undefined : attempt(() => parseRecord(stored.data, stored.version));
  if (record?.account !== account || record.state !== 'active' || record.lease) return undefined;
  const scope = scopeOf(provider.scopes);
  if (record.accessTokens[scope]?.tokenType !== 'Bearer') return undefined;
  // Everything happens in one moment, so one clock is enough. No draw: the earliest moment at which anybody would renew.
  const clock = { ...systemClock, now, monotonic: now };
  const memory = createTokenMemory({ clock, serverClock: createServerClock(clock), share: 0, durable: true });
  memory.adopt(record);
  return memory.freshness(scope, { minLifeMs }) === 'fresh' ? memory.held(scope)?.token : undefined;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
