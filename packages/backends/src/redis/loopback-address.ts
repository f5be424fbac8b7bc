/** A whole name or address: IPv4, IPv6 in its short and its long form, and IPv4 within IPv6. */
const LOOPBACK = /^(localhost|(::ffff:)?127(\.\d{1,3}){3}|::1|(0{1,4}:){7}0{0,3}1)$/i;

/**
 * Whether an address (`host:port`, a host, or the path of a socket) is on this machine. The whole host is compared: a
 * name that merely begins like one does not count.
 */
export function isLoopback(address: string): boolean {
  if (address.startsWith('/')) return true;
  const host = address.replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1');
  return LOOPBACK.test(address) || LOOPBACK.test(host);
}
