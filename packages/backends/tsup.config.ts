import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

export default defineConfig({
  ...base,
  entry: ['src/env.ts', 'src/file.ts', 'src/memory.ts', 'src/secret.ts'],
  platform: 'node',
});
