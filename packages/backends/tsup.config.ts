import { defineConfig } from 'tsup';
import { base } from '../../tsup.base.ts';

export default defineConfig({
  ...base,
  entry: [
    'src/encrypted.ts',
    'src/env.ts',
    'src/file.ts',
    'src/file-record.ts',
    'src/memory.ts',
    'src/redis.ts',
    'src/sealing-keys.ts',
    'src/secret.ts',
  ],
  platform: 'node',
  splitting: false,
});
