import { serverDateOf } from './server-date.ts';

/** What a provider has learnt of its server from whatever that answered, a refusal included. */
export interface KnownServer {
  /** Notes a reply that came just now. */
  heard(headers: Headers, receivedAt: number): void;
  /** Whether it has ever answered: then its address is right, and a network that fails may work again. */
  readonly hasAnswered: boolean;
  /** How many milliseconds its clock is ahead by its `Date`; negative when it is behind, 0 while unknown. */
  readonly aheadMs: number;
}

/** `Date` has whole seconds, and the reply was on its way. */
const SAME_MS = 2_000;

export function knownServer(): KnownServer {
  let aheadMs = 0;
  let hasAnswered = false;
  return {
    heard(headers, receivedAt) {
      hasAnswered = true;
      const date = serverDateOf(headers);
      if (date === undefined) return;
      // In the middle of the second that it names.
      const difference = date + 500 - receivedAt;
      aheadMs = Math.abs(difference) > SAME_MS ? difference : 0;
    },
    get hasAnswered() {
      return hasAnswered;
    },
    get aheadMs() {
      return aheadMs;
    },
  };
}

const MOST_SERVERS = 128;
const servers = new Map<string, KnownServer>();

/** What this process has learnt of the server at an address, for requests that no provider of ours keeps it for. */
export function knownServerAt(url: string): KnownServer {
  const { origin } = new URL(url);
  const known = servers.get(origin) ?? knownServer();
  servers.delete(origin);
  servers.set(origin, known);
  if (servers.size > MOST_SERVERS) servers.delete(servers.keys().next().value as string);
  return known;
}
