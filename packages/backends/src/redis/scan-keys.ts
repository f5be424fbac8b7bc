import type { RedisPort, SendCommand } from './redis-port.ts';

const PAGE = '500';

/** The names of all keys that fit a pattern, each once, without what the client puts before them. */
export async function* scanKeys(
  port: RedisPort,
  pattern: string,
  use: <T>(work: () => Promise<T>) => Promise<T>,
): AsyncIterable<string> {
  const { keyPrefix = '' } = port;
  const seen = new Set<string>();
  for (const send of await use(() => port.primaries())) {
    for await (const name of namesAt(send, escaped(keyPrefix) + pattern, use)) {
      if (seen.has(name)) continue;
      seen.add(name);
      yield name.slice(keyPrefix.length);
    }
  }
}

async function* namesAt(
  send: SendCommand,
  pattern: string,
  use: <T>(work: () => Promise<T>) => Promise<T>,
): AsyncIterable<string> {
  let cursor = '0';
  do {
    const reply = await use(() => send(['SCAN', cursor, 'MATCH', pattern, 'COUNT', PAGE]));
    const [next, names] = reply as [unknown, unknown[]];
    cursor = String(next);
    for (const name of names) yield String(name);
  } while (cursor !== '0');
}

const escaped = (text: string) => text.replace(/[\\*?[\]]/g, '\\$&');
