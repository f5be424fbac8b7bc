import type { BackendCheck } from '@everbearer/core/contract';
import { failed, passed } from '../finding.ts';
import { isLoopback } from './loopback-address.ts';
import type { RedisServer } from './redis-port.ts';

const NAME = 'transport';

/** How the primaries are reached: the worst answer of all. */
export function transportCheck(servers: readonly RedisServer[]): BackendCheck {
  if (servers.length === 0) {
    return failed(
      NAME,
      'The client does not say where it connects to, nor whether that connection is encrypted.',
      'Use a client that says so; a RedisPort of your own says it with `server` or `servers`.',
    );
  }
  const open = servers.find(({ address, tls }) => !tls && !isLoopback(address));
  if (open) {
    const remedy =
      open.remedy ?? 'Use rediss:// (TLS), or encrypted(…) over this backend where TLS ends elsewhere.';
    return failed(NAME, `The connection to ${open.address} is not encrypted.`, remedy);
  }
  const unchecked = servers.find(({ tls, verified }) => tls && !verified);
  if (unchecked) {
    return failed(
      NAME,
      `The connection to ${unchecked.address} is encrypted, but its certificate is not checked, or only by a function of your own.`,
      'Give the client the `ca` of that server, and `servername` where it has another name, instead of switching the check off.',
    );
  }
  const addresses = servers.map(({ address }) => address).join(', ');
  return servers.every(({ tls }) => tls)
    ? passed(NAME, `The connection to ${addresses} is encrypted, its certificate is checked.`)
    : passed(NAME, `The connection to ${addresses} stays on this machine, or is encrypted.`);
}
