import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

export default defineConfig({
  ...base,
  // Simulators and test kit run on Node alone.
  platform: 'node',
  entry: [
    'src/authorization-server.ts',
    'src/backend-conformance.ts',
    'src/conformance-process.ts',
    'src/far-end.ts',
    'src/far-end-main.ts',
    'src/mail-api.ts',
    'src/redis.ts',
    'src/tcp-proxy.ts',
  ],
});
