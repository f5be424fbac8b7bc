import process from 'node:process';

const { OUTSIDE = '', OUT = '.next', PAGE_SERVER = '' } = process.env;

export default {
  distDir: OUT,
  serverExternalPackages: OUTSIDE.split(' ').filter((name) => name !== ''),
  // What the page asks its own server for is behind another one.
  rewrites: async () =>
    ['/token', '/api', '/seen'].map((source) => ({ source, destination: `${PAGE_SERVER}${source}` })),
};
