import { networkInterfaces } from 'node:os';

/** Whether this machine has the loopback address of IPv6; containers often have none. */
export const hasIPv6: boolean = Object.values(networkInterfaces()).some((each) =>
  each?.some(({ address }) => address === '::1'),
);
