import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Whether an address (`host:port`, a host, or the path of a socket) is on this machine. The whole host is compared: a
 * name that merely begins like one does not count.
 */
export function isLoopback(address: string): boolean {
  if (address.startsWith('/')) return true;
  const host = address.replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1');
  return [address, host].some((each) => each.toLowerCase() === 'localhost' || isLoopbackIp(each));
}

function isLoopbackIp(host: string): boolean {
  const family = isIP(host);
  return family !== 0 && LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
