/** The libraries of others that a program may bring. */
export type Versions = Readonly<Record<'@azure/msal-node' | 'ioredis' | 'ky' | 'redis', string>>;

/** The oldest that work, some between, and the newest of their majors that were tried. The README says the same. */
export const EDGES: readonly Versions[] = [
  { '@azure/msal-node': '3.8.0', ioredis: '4.31.0', ky: '2.0.0', redis: '5.0.0' },
  { '@azure/msal-node': '5.6.0', ioredis: '5.11.1', ky: '2.0.2', redis: '5.12.1' },
  { '@azure/msal-node': '7', ioredis: '6', ky: '2', redis: '6' },
];

/** Of other majors. */
export const OUTSIDE: Versions = { '@azure/msal-node': '2.16.3', ioredis: '4.0.0', ky: '1', redis: '4' };

/** The newest TypeScript of each major. In 5.8 its own library quarrels with today's types of Node. */
export const TYPESCRIPTS: readonly string[] = ['5.9', '6.0', '7.0'];
