/** Of what is not ours: those that the tests of this repository run with. */
export const VERSIONS = {
  '@azure/msal-node': '^7.2.1',
  '@hono/node-server': '^2.1.9',
  '@types/node': '^24.19.2',
  hono: '^4.13.19',
  redis: '^6.3.1',
  typescript: '^7.0.2',
} as const;
