import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

export default defineConfig({
  ...base,
  // Simulators and test kit run on Node alone.
  platform: 'node',
  entry: {
    'authorization-server': 'src/authorization-server.ts',
    'backend-conformance': 'src/backend-conformance.ts',
    // Started by path, as a process of its own.
    'conformance-process': 'src/conformance/conformance-process.ts',
    doubles: 'src/doubles.ts',
    'loopback-server': 'src/loopback-server.ts',
    supervise: 'src/supervise.ts',
  },
});
